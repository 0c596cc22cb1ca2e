package dev.headwater.serving.state;

import dev.headwater.events.MergedRow;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one item's row in one model.
 *
 * @param merged what the topics say
 * @param live what is served; null when nothing is
 * @param refused why the winning row is not served; null when it is
 */
public record RowState(MergedRow merged, @Nullable LiveRow live, @Nullable String refused) {
  static final RowState EMPTY = new RowState(MergedRow.EMPTY, null, null);

  /** Returns as bytes what the topics say of a row that is not served. */
  public static byte[] packed(MergedRow merged) {
    return RowStateCodec.encode(new RowState(merged, null, null));
  }

  /** Returns what {@link #packed} was made of. */
  public static MergedRow unpacked(byte[] bytes) {
    return RowStateCodec.decode(bytes, row -> row).merged();
  }
}
