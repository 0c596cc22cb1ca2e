package dev.headwater.serving.items;

import dev.headwater.events.Vectors;
import java.util.Arrays;

/**
 * An inverted file: rows lie in cells around centroids, and a search looks only into the cells that
 * score highest: by their centroids, and by how far rows lie around them, since the best rows by
 * dot product are seldom in the middle. Changing a row costs one look at the centroids and one
 * copy, and a removed row leaves nothing behind; that is why it suits a table that never stands
 * still better than a graph. See Jégou et al., "Product quantization for nearest neighbor search",
 * 2011 (the coarse part of it). The rows' copies here are bytes with a scale: a quarter of the
 * memory, and of the traffic that a search waits for.
 *
 * <p>One writer; searches take no lock. While a row moves between cells a search may meet it twice,
 * and, rarely, miss it once.
 */
public final class IvfIndex implements ItemIndex {
  /**
   * Rows that are looked at for each that is wanted, at least: the cells that hold the best ten are
   * too few for whoever wants hundreds.
   */
  private static final int ROWS_A_WANTED = 8;

  /**
   * By how many spreads of its rows a cell may come before one whose centroid scores as high: the
   * best of its rows score about so much more than the middle of them. Tried 0 to 3 on rows of a
   * bundle with noise around them; from 1.5 on it made no difference.
   */
  private static final float SPREADS = 2;

  private final VectorTable table;
  private final Centroids centroids;
  private final IvfCell[] cells;
  private final float[] spreads;
  private final float[] vector;
  private final ThreadLocal<float[]> centroidScores;
  private final ThreadLocal<float[]> rowScores =
      ThreadLocal.withInitial(() -> new float[IvfCell.ROWS]);
  private volatile int probes;
  private final CellPerRow cellOfRow = new CellPerRow();

  /**
   * Creates an index without rows; {@link #changed} adds them.
   *
   * @param table where rows are read from
   * @param centroids the middle of each cell, {@link CellPerRow#CELLS_MAX} at most
   * @param probes cells that a search looks into
   */
  public IvfIndex(VectorTable table, Centroids centroids, int probes) {
    if (centroids.size() > CellPerRow.CELLS_MAX) {
      throw new IllegalArgumentException("too many cells: " + centroids.size());
    }
    this.table = table;
    this.centroids = centroids;
    this.probes = probes;
    cells = new IvfCell[centroids.size()];
    Arrays.setAll(cells, cell -> new IvfCell(table.dim()));
    spreads = new float[cells.length];
    vector = new float[table.dim()];
    centroidScores = ThreadLocal.withInitial(() -> new float[centroids.size()]);
  }

  @Override
  public String name() {
    return "ivf-int8";
  }

  /** Returns how many cells a search looks into. */
  public int probes() {
    return probes;
  }

  /** Sets how many cells a search looks into, within 1 and all. */
  public void probes(int next) {
    probes = Math.max(1, Math.min(cells.length, next));
  }

  /** Returns how many cells there are. */
  public int cells() {
    return cells.length;
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    float[] scores = centroidScores.get();
    score(query, scores);
    int wanted = ROWS_A_WANTED * best.capacity();
    int most = probes;
    int looked = 0;
    int rows = 0;
    float[] out = rowScores.get();
    // A row's item lies far from its copy here, and who searches reads each row again.
    RowFilter allowed = filter == RowFilter.ALL ? filter : row -> allowed(row, filter);
    for (int cell : nearest(scores, most + cellsOf(wanted))) {
      if (looked++ >= most && rows >= wanted) {
        return;
      }
      rows += cells[cell].size();
      cells[cell].search(query, measure, allowed, best, out);
    }
  }

  /** What the best rows of each cell may score: its centroid's score and what they spread. */
  private void score(float[] query, float[] scores) {
    centroids.scores(query, scores);
    float factor = SPREADS * Vectors.norm(query);
    for (int cell = 0; cell < scores.length; cell++) {
      scores[cell] += factor * spreads[cell];
    }
  }

  /** Returns the cells that score highest, so many, but those without rows. */
  private int[] nearest(float[] scores, int count) {
    TopK nearest = new TopK(Math.min(count, cells.length));
    for (int cell = 0; cell < cells.length; cell++) {
      if (scores[cell] >= nearest.threshold() && cells[cell].size() > 0) {
        nearest.offer(cell, scores[cell]);
      }
    }
    return nearest.drain();
  }

  /** Returns how many cells hold so many rows, were they half as full as they are on average. */
  private int cellsOf(int rows) {
    return (int) Math.min(cells.length, 1 + 2L * rows * cells.length / Math.max(1, table.size()));
  }

  /**
   * Returns how many cells a search would have to look into to meet each of some rows; rows that
   * lie in no cell, because they came or went just now, are left out.
   */
  int[] cellsNeeded(float[] query, int[] rows) {
    float[] scores = new float[centroids.size()];
    score(query, scores);
    return Arrays.stream(rows)
        .map(cellOfRow::get)
        .filter(cell -> cell >= 0)
        .map(cell -> 1 + cellsAbove(scores, scores[cell]))
        .toArray();
  }

  private int cellsAbove(float[] scores, float score) {
    int above = 0;
    for (int cell = 0; cell < cells.length; cell++) {
      if (scores[cell] > score && cells[cell].size() > 0) {
        above++;
      }
    }
    return above;
  }

  private boolean allowed(int row, RowFilter filter) {
    int code = table.code(row);
    return code >= 0 && filter.allows(code);
  }

  @Override
  public void changed(int row) {
    if (table.read(row, vector) < 0) {
      removed(row);
      return;
    }
    int cell = centroids.nearest(vector);
    float square = centroids.squaredDistance(cell, vector);
    int before = cellOfRow.get(row);
    if (before == cell) {
      cells[cell].write(cells[cell].place(row), row, vector, square);
    } else {
      cells[cell].add(row, vector, square);
      if (before >= 0) {
        take(row, before);
      }
      cellOfRow.set(row, cell);
    }
    spreads[cell] = cells[cell].spread();
  }

  @Override
  public void removed(int row) {
    int cell = cellOfRow.get(row);
    if (cell >= 0) {
      take(row, cell);
      cellOfRow.set(row, -1);
    }
  }

  private void take(int row, int cell) {
    cells[cell].take(cells[cell].place(row));
    spreads[cell] = cells[cell].spread();
  }
}
