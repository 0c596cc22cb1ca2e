package dev.headwater.store.table;

import dev.headwater.events.wire.EmbeddingRow;
import java.util.Arrays;

/**
 * One row of a table.
 *
 * @param origin who made it
 * @param incarnation incarnation of the item it belongs to
 * @param stamp the row's version within its topic
 * @param vector {@code [dim]}; not copied, callers do not change it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by value below; a copy a row would cost
public record StoredRow(
    EmbeddingRow.Origin origin, long incarnation, RowStamp stamp, float[] vector) {
  @Override
  public boolean equals(Object other) {
    return other instanceof StoredRow that
        && origin == that.origin
        && incarnation == that.incarnation
        && stamp.equals(that.stamp)
        && Arrays.equals(vector, that.vector);
  }

  @Override
  public int hashCode() {
    return 31 * stamp.hashCode() + Arrays.hashCode(vector);
  }

  @Override
  public String toString() {
    return "StoredRow[%s, incarnation %d, %s, %s]"
        .formatted(origin, incarnation, stamp, Arrays.toString(vector));
  }
}
