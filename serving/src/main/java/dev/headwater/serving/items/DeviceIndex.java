package dev.headwater.serving.items;

import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.DeviceRows;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Searches a copy of the table on the device. The copy follows the table at each {@link #tick}, so
 * it is at most one batch of records behind; candidates are scored exactly by the caller, and a
 * search whose filter leaves too few is done by the scan of the table itself. It looks at every
 * row, so its recall is that of its precision.
 */
public final class DeviceIndex implements ItemIndex {
  /** Candidates asked for beyond those wanted, for rows that the filter takes out. */
  private static final int CHOICE = 4;

  private static final int SPARE = 64;
  private static final int ROWS_A_COPY = 8_192;

  private final VectorTable table;
  private final DeviceRows device;
  private final ScanIndex scan;
  private final String name;
  private final Set<Integer> changed = new LinkedHashSet<>();

  /**
   * Creates an empty copy.
   *
   * @param table the rows
   * @param where the device
   * @param half whether the copy takes two bytes a value
   */
  public DeviceIndex(VectorTable table, ComputeDevice where, boolean half) {
    this.table = table;
    device = new DeviceRows(table.dim(), half, where);
    scan = new ScanIndex(table);
    name = half ? "device-fp16" : "device-fp32";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    int count = CHOICE * best.capacity() + SPARE;
    for (int row : device.nearest(query, measure == Measure.COSINE, count)) {
      int code = row < table.rows() ? table.code(row) : ItemIds.UNKNOWN;
      if (code >= 0 && filter.allows(code)) {
        float[] vector = new float[table.dim()];
        if (table.read(row, vector) == code) {
          best.offer(row, measure.score(query, vector));
        }
      }
    }
    if (best.size() < best.capacity()) {
      best.clear();
      scan.search(query, measure, filter, best);
    }
  }

  @Override
  public void searchExactly(float[] query, Measure measure, RowFilter filter, TopK best) {
    scan.search(query, measure, filter, best);
  }

  @Override
  public void changed(int row) {
    changed.add(row);
    if (changed.size() >= ROWS_A_COPY) {
      tick();
    }
  }

  @Override
  public void removed(int row) {
    changed(row);
  }

  @Override
  public void tick() {
    int count = changed.size();
    int[] rows = new int[count];
    float[] values = new float[count * table.dim()];
    boolean[] live = new boolean[count];
    float[] vector = new float[table.dim()];
    int at = 0;
    for (int row : changed) {
      rows[at] = row;
      live[at] = table.read(row, vector) >= 0;
      System.arraycopy(vector, 0, values, at * table.dim(), table.dim());
      at++;
    }
    device.set(rows, values, live);
    changed.clear();
  }

  @Override
  public void close() {
    device.close();
  }
}
