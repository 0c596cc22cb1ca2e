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
 * companions in records. Both bear the same stamp: the record, which may have to wait for a disk,
 * is there first, and nobody who reads the other waits for it.
 *
 * @param takes how often items were taken; this alone sets it
 * @param records where companions stand, every {@code step}-th from the {@code first} on
 */
record PackedCounts(TakesByCode takes, PackedRecords records, int step, int first)
    implements CountsByItem {
  private static final int TICK = Integer.BYTES;
  private static final int LIST = TICK + Long.BYTES;
  private static final int ENTRY = Integer.BYTES + Float.BYTES;

  private int code(int item) {
    return item < 0 ? item : item * step + first;
  }

  /**
   * Companions as they were read.
   *
   * @param stamp of the takes that were set with them
   */
  private record Stamped(int stamp, Companions companions) {
    static Stamped of(ByteBuffer bytes, int from, int length) {
      return new Stamped(bytes.getInt(from), read(bytes, from, length, new Companions()));
    }
  }

  @Override
  public void set(int item, @Nullable ItemCounts counts) {
    if (counts == null) {
      records.remove(code(item));
    } else {
      records.put(code(item), packed(takes.nextStamp(item), counts.companions()));
    }
    takes.set(item, counts);
  }

  private static byte[] packed(int stamp, Companions companions) {
    ByteBuffer bytes = ByteBuffer.allocate(LIST + companions.size() * ENTRY);
    bytes.putInt(stamp).putLong(companions.tick());
    for (int i = 0; i < companions.size(); i++) {
      bytes.putInt(companions.item(i)).putFloat(companions.weight(i));
    }
    return bytes.array();
  }

  @Override
  public @Nullable ItemCounts get(int item) {
    Takes own = new Takes();
    while (true) {
      int stamp = takes.read(item, own);
      Stamped with = records.read(code(item), Stamped::of);
      if (with == null) {
        return null;
      }
      if (with.stamp() == stamp) {
        return new ItemCounts(own, with.companions());
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void takes(int item, Takes into) {
    var unused = takes.read(item, into);
  }

  @Override
  public void takes(int[] items, int count, Takes[] into) {
    takes.read(items, count, into);
  }

  @Override
  public Companions companions(int item) {
    return companions(item, new Companions());
  }

  @Override
  public Companions companions(int item, Companions room) {
    Companions read =
        records.read(code(item), (bytes, from, length) -> read(bytes, from, length, room));
    return read == null ? Companions.NONE : read;
  }

  private static Companions read(ByteBuffer bytes, int from, int length, Companions into) {
    int size = Math.max(0, length - LIST) / ENTRY;
    into.begin(size, bytes.getLong(from + TICK));
    for (int i = 0; i < size; i++) {
      long entry = bytes.getLong(from + LIST + i * ENTRY); // one access for both
      into.append((int) (entry >>> Integer.SIZE), Float.intBitsToFloat((int) entry));
    }
    return into;
  }
}
