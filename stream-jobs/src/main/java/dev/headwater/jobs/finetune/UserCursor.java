package dev.headwater.jobs.finetune;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is remembered of a user: the last learned sequence number, and how often each item was
 * learned in the present window. Kept as bytes with a version in Flink state, so that a later
 * release can read it. For one thread.
 */
final class UserCursor {
  private static final int MAX_ITEMS = 64;

  private long seq;
  private long windowStartMs;
  private int total;
  private final Map<String, Integer> learned = new LinkedHashMap<>();

  long seq() {
    return seq;
  }

  void advanceTo(long newSeq) {
    seq = Math.max(seq, newSeq);
  }

  /**
   * Counts an example, or refuses it because the user had enough of this item in the window. An
   * event older than the window counts in it.
   */
  boolean allow(String item, long eventTimeMs, FineTuneConfig.UserBound bound) {
    long start = Math.floorDiv(eventTimeMs, bound.windowMs()) * bound.windowMs();
    if (start > windowStartMs) {
      windowStartMs = start;
      total = 0;
      learned.clear();
    }
    int count = learned.getOrDefault(item, 0);
    if (count >= bound.perItem() || total >= bound.perUser()) {
      return false;
    }
    total++;
    learned.put(item, count + 1);
    if (learned.size() > MAX_ITEMS) {
      learned.remove(learned.keySet().iterator().next());
    }
    return true;
  }

  byte[] toBytes() {
    return toBytes(StateFormat.WRITTEN);
  }

  byte[] toBytes(int format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(format);
      out.writeLong(seq);
      out.writeLong(windowStartMs);
      if (format >= 2) {
        out.writeInt(total);
      }
      out.writeShort(learned.size());
      for (Map.Entry<String, Integer> entry : learned.entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeShort(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static UserCursor fromBytes(byte[] bytes) {
    UserCursor cursor = new UserCursor();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      StateFormat.requireKnown("user", version);
      cursor.seq = in.readLong();
      cursor.windowStartMs = in.readLong();
      cursor.total = version >= 2 ? in.readInt() : 0;
      int size = in.readShort();
      for (int i = 0; i < size; i++) {
        String item = in.readUTF();
        cursor.learned.put(item, (int) in.readShort());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cursor;
  }
}
