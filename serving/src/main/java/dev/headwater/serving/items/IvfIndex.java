package dev.headwater.serving.items;

import dev.headwater.events.Vectors;
import java.util.Arrays;

/**
 * An inverted file: rows lie in cells around centroids, and a search looks only into those cells
 * that can matter to it. What the best rows of a cell may score is reckoned from its centroid's
 * score and from how far its rows spread around it; a search looks into cells in that order, until
 * none is left that is reckoned to reach the least of the rows that it keeps. So one whose best
 * rows lie close together looks into few cells, and one whose best lie all over, or that wants
 * many, or may keep few of what it meets, into as many as it takes. Rows that came later and, for a
 * query along them, score more spreads above their cell's centroid, by far, than those that the
 * index was filled with, as items of a new kind and items grown popular do, are kept apart, and
 * each search begins with them: what is reckoned of a cell would not hold for them.
 *
 * <p>Changing a row costs one look at the centroids and one copy, and a removed row leaves nothing
 * behind; that is why it suits a table that never stands still better than a graph. See Jégou et
 * al., "Product quantization for nearest neighbor search", 2011 (the coarse part of it), and, on
 * searches that end when their own results allow it, Li et al., "Improving approximate nearest
 * neighbor search through learned adaptive early termination", 2020 (there a model is learned; here
 * {@link ReachTuner} finds one number). The rows' copies here are bytes with a scale: a quarter of
 * the memory, and of the traffic that a search waits for.
 *
 * <p>One writer; searches take no lock. While a row moves between cells a search may meet it twice,
 * and, rarely, miss it once.
 */
public final class IvfIndex implements ItemIndex {
  /** Cells that a search looks into before it asks what a row must score. */
  private static final int FIRST = 16;

  /**
   * Rows that a search keeps, at least, of which it then gives the best: how far it has to reach
   * for the first ten is more than for those that come after, and is set by searches for hundreds.
   */
  static final int KEPT_MIN = 128;

  /**
   * How many times as many spreads as others is far. Of the rows of bundles, one to three in a
   * thousand are.
   */
  private static final float FAR = 2;

  /** So many rows are kept apart at most; what a search looks into anyway is several times. */
  private static final int FAR_MAX = 1_024;

  /** Cells of fewer rows say nothing of how far their rows spread. */
  private static final int SPREAD_ROWS = 8;

  /** In parts of the mean, for cells whose rows are all the same. */
  private static final float SPREAD_PART = 0.25f;

  /** Takes the place of 0, so that what samples say of a cell holds for searches. */
  private static final float LEAST_SPREAD = 1e-6f;

  /** Stands for the spread of a cell without rows, so that a search asks no cell for its size. */
  private static final float NO_ROWS = -1;

  private final VectorTable table;
  private final Centroids centroids;
  private final IvfCell[] cells;
  private final float[] spreads;
  private final float[] vector;
  private final ThreadLocal<Scratch> scratch;
  private final CellPerRow cellOfRow = new CellPerRow();
  private final int far;
  private double excesses;
  private long placed;
  private float meanSpread;

  /** Spreads beyond which a row is far: at the fill's end, and now. */
  private float farFirst = Float.POSITIVE_INFINITY;

  private float farFrom = Float.POSITIVE_INFINITY;
  private volatile float reach;

  /** Room for one search. */
  private static final class Scratch {
    private final float[] cellScores;
    private final float[] rowScores = new float[IvfCell.ROWS];
    private final TopK order = new TopK(FIRST);

    Scratch(int cells) {
      cellScores = new float[cells];
    }
  }

  /**
   * Creates an index without rows; {@link #changed} adds them.
   *
   * @param table where rows are read from
   * @param centroids the middle of each cell, {@link CellPerRow#CELLS_MAX} less one at most
   * @param reach by how many spreads of its rows a cell's best are reckoned to score more than its
   *     centroid
   */
  public IvfIndex(VectorTable table, Centroids centroids, float reach) {
    if (centroids.size() >= CellPerRow.CELLS_MAX) {
      throw new IllegalArgumentException("too many cells: " + centroids.size());
    }
    this.table = table;
    this.centroids = centroids;
    this.reach = reach;
    far = centroids.size();
    cells = new IvfCell[far + 1];
    Arrays.setAll(
        cells,
        c -> new IvfCell(table.dim(), row -> c == far ? 0 : centroids.squaredDistance(c, row)));
    spreads = new float[cells.length];
    Arrays.fill(spreads, NO_ROWS);
    vector = new float[table.dim()];
    scratch = ThreadLocal.withInitial(() -> new Scratch(centroids.size()));
  }

  @Override
  public String name() {
    return "ivf-int8";
  }

  /** Returns by how many spreads of its rows a cell's best are reckoned to score more. */
  public float reach() {
    return reach;
  }

  /**
   * Sets it: the higher, the more cells are looked into.
   *
   * @throws IllegalArgumentException when it is not finite, for then no cell would be found
   */
  public void reach(float next) {
    if (!Float.isFinite(next)) {
      throw new IllegalArgumentException("not finite: " + next);
    }
    reach = next;
  }

  /** Returns how many cells there are, but that of the rows kept apart. */
  public int cells() {
    return far;
  }

  /** Returns how many rows are kept apart. */
  int farRows() {
    return cells[far].size();
  }

  /** All rows are in: from now on those that come and lie far from them are kept apart. */
  void filled() {
    double spread = 0;
    long rows = 0;
    for (int cell = 0; cell < far; cell++) {
      spread += (double) cells[cell].size() * spreads[cell];
      rows += cells[cell].size();
    }
    meanSpread = rows == 0 ? 0 : (float) (spread / rows);
    double excess = placed == 0 ? 0 : excesses / placed;
    if (excess > 0 && meanSpread > 0) {
      farFirst = (float) (FAR * excess / meanSpread);
      farFrom = farFirst;
    }
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    if (best.capacity() >= KEPT_MIN) {
      look(query, measure, filter, best);
      return;
    }
    TopK more = new TopK(KEPT_MIN);
    look(query, measure, filter, more);
    float[] scores = new float[more.size()];
    int[] rows = more.drain(scores);
    for (int at = 0; at < rows.length; at++) {
      best.offer(rows[at], scores[at]);
    }
  }

  /**
   * Searches for what there is room for, at least {@value #KEPT_MIN}, and returns how many cells it
   * looked into.
   */
  int look(float[] query, Measure measure, RowFilter filter, TopK best) {
    // A row's item lies far from its copy here, and who searches reads each row again.
    RowFilter allowed = filter == RowFilter.ALL ? filter : row -> allowed(row, filter);
    Scratch own = scratch.get();
    float[] scores = own.cellScores;
    reckon(query, measure, scores);
    cells[far].search(query, measure, allowed, best, own.rowScores);
    TopK order = own.order;
    order.begin(FIRST);
    offer(scores, Float.NEGATIVE_INFINITY, order);
    order.sort();
    int first = order.size();
    for (int at = 0; at < first; at++) {
      int cell = order.row(at);
      cells[cell].search(query, measure, allowed, best, own.rowScores);
      scores[cell] = Float.NEGATIVE_INFINITY;
    }
    best.settle();
    order.begin(countOf(scores, best.threshold()));
    offer(scores, best.threshold(), order);
    order.sort();
    int at = 0;
    while (at < order.size() && order.score(at) > best.threshold()) {
      cells[order.row(at++)].search(query, measure, allowed, best, own.rowScores);
      best.settle();
    }
    return first + at;
  }

  /** Reckons what the best rows of each cell score; cells without rows come last. */
  private void reckon(float[] query, Measure measure, float[] scores) {
    centroids.scores(query, scores);
    float factor = reach * Vectors.norm(query);
    for (int cell = 0; cell < scores.length; cell++) {
      scores[cell] =
          spreads[cell] == NO_ROWS
              ? Float.NEGATIVE_INFINITY
              : (scores[cell] + factor * spreads[cell]) / length(cell, measure);
    }
  }

  /**
   * What scores of a cell's rows are divided by: their length, root mean square. That is too much
   * for the shorter of them; where short rows of all directions share a cell around the origin,
   * some of the nearest by cosine are missed.
   */
  private float length(int cell, Measure measure) {
    if (measure == Measure.DOT) {
      return 1;
    }
    float square = centroids.square(cell) + table.dim() * spreads[cell] * spreads[cell];
    return Math.max(Float.MIN_NORMAL, (float) Math.sqrt(square));
  }

  private static void offer(float[] scores, float above, TopK order) {
    for (int cell = 0; cell < scores.length; cell++) {
      if (scores[cell] > above) {
        order.offer(cell, scores[cell]);
      }
    }
  }

  private static int countOf(float[] scores, float least) {
    int count = 0;
    for (float score : scores) {
      if (score > least) {
        count++;
      }
    }
    return count;
  }

  /**
   * Returns how far a search would have to reach to look into the cell of each of some rows; rows
   * that are kept apart, and those that lie nowhere because they came or went just now, are left
   * out.
   *
   * @param least the score of the least row that the search keeps, as a dot product
   */
  double[] reachNeeded(float[] query, int[] rows, float least) {
    float[] scores = new float[centroids.size()];
    centroids.scores(query, scores);
    float norm = Vectors.norm(query);
    return Arrays.stream(rows)
        .map(cellOfRow::get)
        .filter(cell -> cell >= 0 && cell != far)
        .mapToDouble(cell -> (least - scores[cell]) / (norm * spreads[cell]))
        .toArray();
  }

  private boolean allowed(int row, RowFilter filter) {
    int code = table.code(row);
    return code >= 0 && filter.allows(code);
  }

  @Override
  public void changed(int row) {
    place(row);
    if (cells[far].size() > FAR_MAX) {
      putTheNearestBack();
    }
  }

  private void place(int row) {
    if (table.read(row, vector) < 0) {
      removed(row);
      return;
    }
    int nearest = centroids.nearest(vector);
    float square = centroids.squaredDistance(nearest, vector);
    float excess = centroids.excess(nearest, vector, square);
    excesses += excess;
    placed++;
    int cell = excess > farFrom * spreadAround(nearest) ? far : nearest;
    int before = cellOfRow.get(row);
    if (before == cell) {
      cells[cell].write(cells[cell].place(row), row, vector);
    } else {
      cells[cell].add(row, vector);
      if (before >= 0) {
        take(row, before);
      }
      cellOfRow.set(row, cell);
    }
    measure(cell);
  }

  private void measure(int cell) {
    spreads[cell] =
        cells[cell].size() == 0 ? NO_ROWS : Math.max(LEAST_SPREAD, cells[cell].spread());
  }

  /** What a row's excess is measured by. */
  private float spreadAround(int cell) {
    return cells[cell].size() < SPREAD_ROWS
        ? meanSpread
        : Math.max(SPREAD_PART * meanSpread, spreads[cell]);
  }

  private void putTheNearestBack() {
    int[] rows = cells[far].rows();
    float[] outside = new float[rows.length];
    for (int at = 0; at < rows.length; at++) {
      if (table.read(rows[at], vector) >= 0) {
        int nearest = centroids.nearest(vector);
        float square = centroids.squaredDistance(nearest, vector);
        outside[at] = centroids.excess(nearest, vector, square) / spreadAround(nearest);
      }
    }
    Arrays.sort(outside);
    farFrom = Math.max(farFrom, outside[outside.length / 4]);
    Arrays.stream(rows).forEach(this::place);
  }

  @Override
  public void removed(int row) {
    int cell = cellOfRow.get(row);
    if (cell >= 0) {
      take(row, cell);
      cellOfRow.set(row, -1);
    }
    if (cells[far].size() < FAR_MAX / 4) {
      farFrom = farFirst;
    }
  }

  private void take(int row, int cell) {
    cells[cell].take(cells[cell].place(row));
    measure(cell);
  }

  /** Writes it, as no writer changes it meanwhile. */
  @Override
  public void save(StateOutput state) {
    centroids.save(state);
    state.putFloat(reach);
    state.putFloat(meanSpread);
    state.putFloat(farFirst);
    state.putFloat(farFrom);
    for (IvfCell cell : cells) {
      cell.save(state);
    }
  }

  /** Reads one over the rows of a table that was saved with it. */
  static IvfIndex load(VectorTable table, StateInput state) {
    Centroids centroids = Centroids.load(state);
    IvfIndex index = new IvfIndex(table, centroids, state.getFloat());
    index.meanSpread = state.getFloat();
    index.farFirst = state.getFloat();
    index.farFrom = state.getFloat();
    for (int cell = 0; cell < index.cells.length; cell++) {
      index.cells[cell].load(state);
      index.measure(cell);
      for (int row : index.cells[cell].rows()) {
        index.cellOfRow.set(row, cell);
      }
    }
    return index;
  }
}
