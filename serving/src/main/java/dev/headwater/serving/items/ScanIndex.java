package dev.headwater.serving.items;

/** Looks at every row: exact, always up to date, and the oracle for every other index. */
public final class ScanIndex implements ItemIndex {
  private final VectorTable table;
  private final ThreadLocal<float[]> scores =
      ThreadLocal.withInitial(() -> new float[VectorBlock.ROWS]);

  /** Creates an index that reads the table itself. */
  public ScanIndex(VectorTable table) {
    this.table = table;
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
      VectorBlock block = blocks[start / VectorBlock.ROWS];
      block.scores(query, out);
      if (measure == Measure.COSINE) {
        Kernel.multiply(out, block.inverseNorms());
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
