package dev.headwater.serving.state;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountsByItem;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.Takes;
import dev.headwater.serving.items.PackedRecords;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counts as records, for one process: how often an item was taken stands at the same place in each,
 * so that it is read alone, then come its companions.
 *
 * @param records where counts stand, every {@code step}-th from the {@code first} on
 */
record PackedCounts(PackedRecords records, int step, int first) implements CountsByItem {
  private static final int RECENT = Double.BYTES;
  private static final int FIRST_TICK = RECENT + 3 * Double.BYTES;
  private static final int LAST_TICK = FIRST_TICK + Long.BYTES;
  private static final int LIST_TICK = LAST_TICK + Long.BYTES;
  private static final int LIST = LIST_TICK + Long.BYTES;
  private static final int ENTRY = Integer.BYTES + Float.BYTES;

  private int code(int item) {
    return item < 0 ? item : item * step + first;
  }

  @Override
  public void set(int item, @Nullable ItemCounts counts) {
    if (counts == null) {
      records.remove(code(item));
    } else {
      records.put(code(item), packed(counts));
    }
  }

  private static byte[] packed(ItemCounts counts) {
    Companions companions = counts.companions();
    ByteBuffer bytes = ByteBuffer.allocate(LIST + companions.size() * ENTRY);
    bytes.putDouble(counts.writtenTaken());
    for (int window = 0; window < 3; window++) {
      bytes.putDouble(counts.writtenRecent(window));
    }
    bytes.putLong(counts.firstTick()).putLong(counts.lastTick()).putLong(companions.tick());
    for (int i = 0; i < companions.size(); i++) {
      bytes.putInt(companions.item(i)).putFloat(companions.weight(i));
    }
    return bytes.array();
  }

  @Override
  public @Nullable ItemCounts get(int item) {
    return records.read(
        code(item),
        (bytes, from, length) ->
            new ItemCounts(takes(bytes, from, new Takes()), companions(bytes, from, length)));
  }

  @Override
  public void takes(int item, Takes into) {
    if (records.read(code(item), (bytes, from, length) -> takes(bytes, from, into)) == null) {
      into.clear();
    }
  }

  private static Takes takes(ByteBuffer bytes, int from, Takes into) {
    into.setTaken(
        bytes.getDouble(from), bytes.getLong(from + FIRST_TICK), bytes.getLong(from + LAST_TICK));
    into.setRecent(
        bytes.getDouble(from + RECENT),
        bytes.getDouble(from + RECENT + Double.BYTES),
        bytes.getDouble(from + RECENT + 2 * Double.BYTES));
    return into;
  }

  @Override
  public Companions companions(int item) {
    Companions companions = records.read(code(item), PackedCounts::companions);
    return companions == null ? Companions.NONE : companions;
  }

  private static Companions companions(ByteBuffer bytes, int from, int length) {
    int size = Math.max(0, length - LIST) / ENTRY;
    int[] items = new int[size];
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      items[i] = bytes.getInt(from + LIST + i * ENTRY);
      weights[i] = bytes.getFloat(from + LIST + i * ENTRY + Integer.BYTES);
    }
    return Companions.of(items, weights, bytes.getLong(from + LIST_TICK));
  }
}
