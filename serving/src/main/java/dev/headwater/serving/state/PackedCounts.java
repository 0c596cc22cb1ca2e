package dev.headwater.serving.state;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountsByItem;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.Takes;
import dev.headwater.serving.items.PackedRecords;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counts of items for one process: how often each was taken stands where it is found at once, its
 * companions in records.
 *
 * @param takes how often items were taken; this alone sets it
 * @param records where companions stand, every {@code step}-th from the {@code first} on
 */
record PackedCounts(TakesByCode takes, PackedRecords records, int step, int first)
    implements CountsByItem {
  private static final int LIST = Long.BYTES;
  private static final int ENTRY = Integer.BYTES + Float.BYTES;

  private int code(int item) {
    return item < 0 ? item : item * step + first;
  }

  @Override
  public void set(int item, @Nullable ItemCounts counts) {
    takes.set(item, counts, () -> setCompanions(item, counts));
  }

  private void setCompanions(int item, @Nullable ItemCounts counts) {
    if (counts == null) {
      records.remove(code(item));
    } else {
      records.put(code(item), packed(counts.companions()));
    }
  }

  private static byte[] packed(Companions companions) {
    ByteBuffer bytes = ByteBuffer.allocate(LIST + companions.size() * ENTRY);
    bytes.putLong(companions.tick());
    for (int i = 0; i < companions.size(); i++) {
      bytes.putInt(companions.item(i)).putFloat(companions.weight(i));
    }
    return bytes.array();
  }

  @Override
  public @Nullable ItemCounts get(int item) {
    return takes.together(
        item,
        () -> {
          Companions companions = records.read(code(item), PackedCounts::companions);
          if (companions == null) {
            return null;
          }
          Takes own = new Takes();
          takes.readAsIs(item, own);
          return new ItemCounts(own, companions);
        });
  }

  @Override
  public void takes(int item, Takes into) {
    takes.read(item, into);
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
    return Companions.of(items, weights, bytes.getLong(from));
  }
}
