package dev.headwater.jobs.finetune;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is remembered of a user: the last learned sequence number, the newest deletion that was
 * heard of, and how often each item was learned in the present window since, as a target and in
 * histories. Kept as bytes with a version in Flink state, so that a later release can read it. For
 * one thread.
 */
final class UserCursor {
  /** As many as the default bound lets through; a bot that tries more items gains no new turn. */
  private static final int MAX_ITEMS = 128;

  private static final int MAX_TAUGHT = 512;

  /** Put before an item's id where its dislikes are counted; no id has it. */
  private static final String DISLIKE = "\0";

  private long seq;
  private long deletedMs;
  private long windowStartMs;
  private int total;
  private int firsts;
  private final Map<String, Integer> learned = new LinkedHashMap<>();

  /** By hash, for every entry of a history counts; two items of one hash share their turns. */
  private final Map<Integer, Integer> taught = new LinkedHashMap<>();

  long seq() {
    return seq;
  }

  void advanceTo(long newSeq) {
    seq = Math.max(seq, newSeq);
  }

  /**
   * Takes in the newest deletion of the user that ingest knew of when it wrote the history of this
   * number. False where that is no news; else all that was kept from before it is forgotten, but
   * for how far was learned: numbers go on behind a deletion, unless ingest counts anew.
   */
  boolean forget(long requestedMs, long nextSeq) {
    if (requestedMs <= deletedMs) {
      return false;
    }
    deletedMs = requestedMs;
    seq = nextSeq > seq ? seq : 0;
    enterWindow(0);
    return true;
  }

  /**
   * Counts an example, or refuses it because the user had enough of this item in the window; an
   * item refused for that teaches in no history of the window any more. An event older than the
   * window counts in it.
   */
  boolean allow(String item, long eventTimeMs, FineTuneConfig.UserBound bound) {
    enter(eventTimeMs, bound);
    if (learned.getOrDefault(item, 0) >= bound.perItem() && taught.size() < MAX_TAUGHT) {
      taught.put(item.hashCode(), bound.perHistory());
    }
    return count(item, bound);
  }

  /**
   * The same for a dislike: as many of one item as likes, counted beside them, so that who took an
   * item by mistake can say so.
   */
  boolean allowDislike(String item, long eventTimeMs, FineTuneConfig.UserBound bound) {
    enter(eventTimeMs, bound);
    return count(DISLIKE + item, bound);
  }

  private boolean count(String item, FineTuneConfig.UserBound bound) {
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

  /**
   * Counts an event with nothing before it, or refuses it: events that come late, each older than
   * all before, have nothing before them either, and are not to lift an item at will.
   */
  boolean allowFirst(long eventTimeMs, FineTuneConfig.UserBound bound) {
    enter(eventTimeMs, bound);
    if (firsts >= bound.perItem()) {
      return false;
    }
    firsts++;
    return true;
  }

  private void enter(long eventTimeMs, FineTuneConfig.UserBound bound) {
    long windowMs = bound.window().toMillis();
    long start = Math.floorDiv(eventTimeMs, windowMs) * windowMs;
    if (start > windowStartMs) {
      enterWindow(start);
    }
  }

  private void enterWindow(long startMs) {
    windowStartMs = startMs;
    total = 0;
    firsts = 0;
    learned.clear();
    taught.clear();
  }

  /**
   * Counts that an example which {@link #allow} let through has these items in its history, each
   * once. Returns for each entry whether it may still teach: an item also gains from what others it
   * stands before learn of it.
   */
  boolean[] teach(String[] history, FineTuneConfig.UserBound bound) {
    Map<String, Boolean> decided = new HashMap<>();
    boolean[] teaches = new boolean[history.length];
    for (int i = 0; i < history.length; i++) {
      teaches[i] = decided.computeIfAbsent(history[i], item -> teach(item, bound));
    }
    return teaches;
  }

  private boolean teach(String item, FineTuneConfig.UserBound bound) {
    int count = taught.getOrDefault(item.hashCode(), 0);
    if (count >= bound.perHistory() || (count == 0 && taught.size() >= MAX_TAUGHT)) {
      return false;
    }
    taught.put(item.hashCode(), count + 1);
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
        out.writeShort(Math.min(entry.getValue(), Short.MAX_VALUE));
      }
      if (format >= 3) {
        writeTaught(out);
      }
      if (format >= 5) {
        out.writeInt(firsts);
      }
      if (format >= 8) {
        out.writeLong(deletedMs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void writeTaught(DataOutputStream out) throws IOException {
    out.writeShort(taught.size());
    for (Map.Entry<Integer, Integer> entry : taught.entrySet()) {
      out.writeInt(entry.getKey());
      out.writeShort(Math.min(entry.getValue(), Short.MAX_VALUE));
    }
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
      int histories = version >= 3 ? in.readShort() : 0;
      for (int i = 0; i < histories; i++) {
        int hash = in.readInt();
        cursor.taught.put(hash, (int) in.readShort());
      }
      cursor.firsts = version >= 5 ? in.readInt() : 0;
      cursor.deletedMs = version >= 8 ? in.readLong() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cursor;
  }
}
