package dev.headwater.serving.shard;

import dev.headwater.serving.items.ItemRows;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.recommend.Ask;
import dev.headwater.serving.recommend.Asked;
import dev.headwater.serving.recommend.Pool;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownRequest;
import dev.headwater.serving.shard.wire.TableName;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.PinnedTable;
import dev.headwater.serving.state.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gathers from all shards what answers are made from. Thread-safe. */
public final class ShardedPools implements Pools {
  private static final long FRESH_NS = 500_000_000;

  private final Slice slice;
  private final Shards shards;
  private final LongSupplier nanos;
  private final Vectors vectors = new Vectors(FRESH_NS);

  /**
   * Creates it.
   *
   * @param slice what this node holds
   * @param nanos what {@link System#nanoTime} would say
   */
  public ShardedPools(Slice slice, Shards shards, LongSupplier nanos) {
    this.slice = slice;
    this.shards = shards;
    this.nanos = nanos;
  }

  @Override
  public boolean holds(Domain domain, String user) {
    return slice.holds(domain.name(), user);
  }

  @Override
  public boolean takesStrangers() {
    return true;
  }

  @Override
  public CompletableFuture<Pool> gather(Domain domain, View view, Ask ask) {
    return new Gathering(shards.begin(), domain, view, name(domain, view), ask).gather();
  }

  /** Names the table of a view as every node knows it. */
  @SuppressWarnings("ReferenceEquality") // which table it is
  static TableName name(Domain domain, View view) {
    PinnedTable pinned = domain.pinned();
    boolean held = pinned != null && pinned.table() == view.table();
    return TableName.newBuilder()
        .setDomain(domain.name())
        .setModel(view.model())
        .setPinned(held ? view.table().version() : 0)
        .build();
  }

  @Override
  public CompletableFuture<ItemRows> rows(Domain domain, View view, Asked history) {
    Shards.Round round = shards.begin();
    Rows rows = new Rows(view.table().vectors().dim());
    TableName table = name(domain, view);
    Slice owners = new Slice(round.count(), 0);
    List<List<Integer>> parts = new ArrayList<>();
    for (int shard = 0; shard < round.count(); shard++) {
      parts.add(new ArrayList<>());
    }
    for (int code : history.codes()) {
      String item = history.id(code, domain.ids());
      Vectors.Kept kept = vectors.fresh(table, item, nanos.getAsLong());
      if (kept != null) {
        rows.put(code, kept);
      } else if (rows.isNew(code)) {
        parts.get(owners.of(domain.name(), item)).add(code);
      }
    }
    return Scatter.<Known>over(
            round.count(),
            shard ->
                parts.get(shard).isEmpty()
                    ? null
                    : round.known(shard, request(table, names(domain, history, parts.get(shard)))))
        .thenApply(
            answers -> {
              for (int shard = 0; shard < answers.size(); shard++) {
                Known known = answers.get(shard);
                if (known != null) {
                  List<Integer> codes = parts.get(shard);
                  take(table, names(domain, history, codes), codes, known, rows);
                }
              }
              return rows;
            });
  }

  private static List<String> names(Domain domain, Asked history, List<Integer> codes) {
    return codes.stream().map(code -> history.id(code, domain.ids())).toList();
  }

  private static KnownRequest request(TableName table, List<String> items) {
    return KnownRequest.newBuilder()
        .setTable(table)
        .addAllItems(items)
        .setWithVectors(true)
        .build();
  }

  private void take(
      TableName table, List<String> items, List<Integer> codes, Known known, Rows rows) {
    for (int i = 0; i < Math.min(codes.size(), known.getItemsCount()); i++) {
      rows.put(
          codes.get(i), vectors.take(table, items.get(i), known.getItems(i), nanos.getAsLong()));
    }
  }

  /** The vectors of one history. Filled by whoever hears of them, one after the other. */
  private static final class Rows implements ItemRows {
    private final int dim;
    private final Map<Integer, Vectors.@Nullable Kept> kept = new HashMap<>();

    Rows(int dim) {
      this.dim = dim;
    }

    /** Tells of each item once that it was not looked for yet. */
    boolean isNew(int code) {
      boolean isNew = !kept.containsKey(code);
      kept.putIfAbsent(code, null);
      return isNew;
    }

    void put(int code, Vectors.Kept row) {
      kept.put(code, row);
    }

    @Override
    public int dim() {
      return dim;
    }

    @Override
    public boolean readItem(int code, float[] into) {
      Vectors.Kept row = kept.get(code);
      float[] vector = row == null ? null : row.vector();
      if (vector == null) {
        return false;
      }
      System.arraycopy(vector, 0, into, 0, into.length);
      return true;
    }

    @Override
    public boolean isKnown(int code) {
      Vectors.Kept row = kept.get(code);
      return row == null || row.known(); // of what its owner did not answer for
    }

    @Override
    public double travelled(int code) {
      Vectors.Kept row = kept.get(code);
      return row == null ? -1 : row.travelled();
    }
  }
}
