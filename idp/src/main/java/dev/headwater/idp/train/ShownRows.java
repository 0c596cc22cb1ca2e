package dev.headwater.idp.train;

import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a model sees of the table in a step: the rows as they are, or rows swapped for the mean of
 * their text neighbours', or what an adaptor makes of them, or both. For one thread.
 */
final class ShownRows implements AutoCloseable {
  private final Rows table;
  private final @Nullable RowSwap swap;
  private final @Nullable RowAdaptor adaptor;
  private final @Nullable Rows view;
  private final RowGradients shown;
  private int[] stamps = new int[0];
  private int stamp;
  private int[] fresh = new int[256];

  /** Shows the rows of a table; both alterations may be absent. Takes the adaptor over. */
  ShownRows(Rows table, @Nullable RowSwap swap, @Nullable RowAdaptor adaptor) {
    this.table = table;
    this.swap = swap;
    this.adaptor = adaptor;
    view = swap == null && adaptor == null ? null : new Rows(table.dim(), table.capacity());
    shown = new RowGradients(table.dim());
  }

  /** Begins a step on these rows (-1 is passed over) and returns where to read them. */
  Rows show(SplittableRandom random, int[]... rows) {
    if (view == null) {
      return table;
    }
    int[] distinct = distinct(rows);
    if (swap == null) {
      copy(distinct, view);
    } else {
      swap.show(distinct, table, view, random);
    }
    if (adaptor != null) {
      adaptor.show(view, distinct, true);
    }
    return view;
  }

  /** Where the step's gradients are summed: those of the rows as shown. */
  RowGradients gradients(RowGradients real) {
    RowGradients sums = view == null ? real : shown;
    sums.reset(table.capacity());
    return sums;
  }

  /** Hands the summed gradients of shown rows to the rows of the table that they stand for. */
  void passOn(RowGradients real) {
    if (view == null) {
      return;
    }
    real.reset(table.capacity());
    if (adaptor != null) {
      adaptor.collect(shown);
    }
    if (swap != null) {
      swap.passOn(shown, real);
      return;
    }
    float[] gradient = new float[table.dim()];
    for (int i = 0; i < shown.count(); i++) {
      shown.get(i, gradient);
      real.add(shown.row(i), gradient);
    }
  }

  /** Moves the adaptor's weights along what {@link #passOn} collected. */
  void step() {
    if (adaptor != null) {
      adaptor.step();
    }
  }

  /** The rows as they are served: swapped by expectation, adapted. */
  Rows settled(int rows) {
    if (view == null) {
      return table;
    }
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    if (swap == null) {
      copy(all, view);
    } else {
      swap.settle(rows, table, view);
    }
    if (adaptor != null) {
      adaptor.show(view, all, false);
    }
    return view;
  }

  @Override
  public void close() {
    if (view != null) {
      view.close();
    }
    if (adaptor != null) {
      adaptor.close();
    }
  }

  private void copy(int[] rows, Rows target) {
    float[] values = new float[table.dim()];
    for (int row : rows) {
      table.get(row, values, 0);
      target.set(row, values);
    }
  }

  private int[] distinct(int[]... rows) {
    if (stamps.length < table.capacity()) {
      stamps = new int[table.capacity()];
      stamp = 0;
    }
    stamp++;
    int count = 0;
    for (int[] some : rows) {
      for (int row : some) {
        if (row >= 0 && stamps[row] != stamp) {
          stamps[row] = stamp;
          if (count == fresh.length) {
            fresh = Arrays.copyOf(fresh, count * 2);
          }
          fresh[count++] = row;
        }
      }
    }
    return Arrays.copyOf(fresh, count);
  }
}
