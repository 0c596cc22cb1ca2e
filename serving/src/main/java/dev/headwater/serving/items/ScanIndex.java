package dev.headwater.serving.items;

import java.util.concurrent.locks.LockSupport;

/** Looks at every row: exact, always up to date, and the oracle for every other index. */
public final class ScanIndex implements ItemIndex {
  /** Takes a core for a millisecond or two. */
  private static final int RESTING_ROWS = 1 << 14;

  private static final long REST_NS = 4_000_000;

  private final VectorTable table;
  private final int rowsAtOnce;
  private final ThreadLocal<float[]> scores =
      ThreadLocal.withInitial(() -> new float[VectorBlock.ROWS]);

  /** Creates an index that reads the table itself. */
  public ScanIndex(VectorTable table) {
    this(table, Integer.MAX_VALUE);
  }

  private ScanIndex(VectorTable table, int rowsAtOnce) {
    this.table = table;
    this.rowsAtOnce = rowsAtOnce;
  }

  /**
   * Creates one that rests again and again, for what nobody waits for: requests beside it do not
   * wait for a core. A row that changes meanwhile counts as it was or as it is.
   */
  static ScanIndex resting(VectorTable table) {
    return new ScanIndex(table, RESTING_ROWS);
  }

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    int rows = table.rows();
    VectorBlock[] blocks = table.blocks();
    float[] out = scores.get();
    for (int start = 0; start < rows; start += VectorBlock.ROWS) {
      if (start > 0 && start % rowsAtOnce == 0) {
        LockSupport.parkNanos(REST_NS);
      }
      VectorBlock block = blocks[start / VectorBlock.ROWS];
      block.scores(query, out);
      if (measure == Measure.COSINE) {
        block.divideByLengths(out);
      }
      int end = Math.min(VectorBlock.ROWS, rows - start);
      float threshold = best.threshold();
      for (int row = 0; row < end; row++) {
        if (out[row] >= threshold) {
          int code = block.code(row);
          if (code >= 0 && filter.allows(code)) {
            best.offer(start + row, out[row]);
            threshold = best.threshold();
          }
        }
      }
    }
  }

  @Override
  public void changed(int row) {
    // The table is the index.
  }

  @Override
  public void removed(int row) {
    // The table is the index.
  }
}
