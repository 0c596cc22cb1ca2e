package dev.headwater.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.InteractionType;
import dev.headwater.events.wire.UserHistory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;

/**
 * A stored history as its bytes, and how an event enters it: at its place by event time, after
 * others of the same time. Of the entries only times and hashes are read; to append copies the
 * others as they stand, because decoding and encoding fifty entries for one event is what ingest
 * would spend most of its time on. The bytes are those of {@link UserHistory}, fields in order.
 */
final class Histories {
  private static final int ENTRY_TAG =
      tag(UserHistory.ENTRIES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final int SEQ_TAG = tag(UserHistory.SEQ_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int DELETED_TAG =
      tag(UserHistory.DELETED_MS_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int TIME_TAG =
      tag(HistoryEntry.EVENT_TIME_MS_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int HASH_TAG =
      tag(HistoryEntry.EVENT_HASH_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED64);
  private static final byte[] NOTHING = {};

  private final byte[] bytes;
  private long seq;
  private long deletedMs;
  private int count;
  // Entry i, tag and length included, stands from at[i] to at[i + 1]: fields are in order.
  private int[] at = new int[17];
  private long[] times = new long[16];
  private long[] hashes = new long[16];

  /**
   * The history after an event.
   *
   * @param bytes as stored and published
   * @param hasLeft whether an entry found no place any more: the oldest, or the event itself where
   *     it is older than all of a full history
   * @param leftHash the hash of that entry
   */
  @SuppressWarnings("ArrayRecordComponent") // on their way, never compared
  record Appended(byte[] bytes, boolean hasLeft, long leftHash) {}

  private Histories(byte[] bytes) {
    this.bytes = bytes;
  }

  private static int tag(int field, int type) {
    return field << 3 | type;
  }

  /** Reads a stored history. */
  static Histories of(byte[] bytes) {
    Histories history = new Histories(bytes);
    try {
      history.scan(CodedInputStream.newInstance(bytes));
    } catch (IOException e) {
      throw new ProcessorStateException("a stored history cannot be read", e);
    }
    return history;
  }

  /** Returns the empty history of a user who is new, or was deleted. */
  static Histories empty(DeletedUser mark) {
    Histories history = new Histories(NOTHING);
    history.seq = mark.seq();
    history.deletedMs = mark.deletedMs();
    return history;
  }

  /** Reads all of a stored history. */
  static UserHistory parse(byte[] bytes) {
    try {
      return UserHistory.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new ProcessorStateException("a stored history cannot be read", e);
    }
  }

  private void scan(CodedInputStream in) throws IOException {
    int tag;
    int start = in.getTotalBytesRead();
    while ((tag = in.readTag()) != 0) {
      if (tag == ENTRY_TAG) {
        entry(in, start);
      } else if (tag == SEQ_TAG) {
        seq = in.readInt64();
      } else if (tag == DELETED_TAG) {
        deletedMs = in.readInt64();
      } else {
        in.skipField(tag);
      }
      start = in.getTotalBytesRead();
    }
  }

  private void entry(CodedInputStream in, int start) throws IOException {
    if (count == times.length) {
      at = Arrays.copyOf(at, 2 * count + 1);
      times = Arrays.copyOf(times, 2 * count);
      hashes = Arrays.copyOf(hashes, 2 * count);
    }
    int limit = in.pushLimit(in.readRawVarint32());
    int tag;
    while ((tag = in.readTag()) != 0) {
      if (tag == TIME_TAG) {
        times[count] = in.readInt64();
      } else if (tag == HASH_TAG) {
        hashes[count] = in.readFixed64();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(limit);
    at[count++] = start;
    at[count] = in.getTotalBytesRead();
  }

  /** Returns the hash by which a repeat of the event is found. */
  static long eventHash(byte[] userKey, String eventId) {
    return new Hash64().add(userKey).add(eventId).value();
  }

  /** Tells whether an event with this hash stands in the history. */
  boolean holds(long eventHash) {
    for (int i = count - 1; i >= 0; i--) {
      if (hashes[i] == eventHash) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether every event of this user so far stands in the history. */
  boolean isWhole() {
    return seq == count;
  }

  /** Returns when this user's former history was deleted, 0 for never. */
  long deletedMs() {
    return deletedMs;
  }

  /**
   * Appends an event; this history stays as it is.
   *
   * @param weight how much it says
   * @param maxLength items to keep
   */
  Appended append(
      Interaction event,
      float weight,
      long eventHash,
      long publishedMs,
      long acceptedMs,
      int maxLength) {
    int place = place(event.timestampMs());
    boolean full = count >= maxLength;
    boolean old = full && place == 0;
    UserHistory.Builder head =
        UserHistory.newBuilder()
            .setDomain(event.domain())
            .setUser(event.user())
            .setSeq(seq + 1)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(full ? place - 1 : place);
    byte[] tail = tail(event, publishedMs, acceptedMs);
    if (old) {
      return new Appended(join(head, 0, 0, null, 0, tail), true, eventHash);
    }
    UserHistory entry =
        UserHistory.newBuilder().addEntries(entry(event, weight, eventHash)).build();
    byte[] appended = join(head, full ? 1 : 0, place, entry, place, tail);
    return new Appended(appended, full, full ? hashes[0] : 0);
  }

  private static HistoryEntry.Builder entry(Interaction event, float weight, long eventHash) {
    HistoryEntry.Builder entry =
        HistoryEntry.newBuilder()
            .setItem(event.item())
            .setEventTimeMs(event.timestampMs())
            .setType(InteractionType.valueOf(event.type().name()))
            .setEventHash(eventHash);
    return weight == 1 ? entry : entry.setWeight(weight);
  }

  private byte[] tail(Interaction event, long publishedMs, long acceptedMs) {
    return UserHistory.newBuilder()
        .setEventId(event.eventId())
        .setEventTimeMs(event.timestampMs())
        .setPublishedMs(publishedMs)
        .setAcceptedMs(acceptedMs)
        .setRecommendationId(event.recommendationId() == null ? "" : event.recommendationId())
        .setPosition(event.position())
        .setDeletedMs(deletedMs)
        .build()
        .toByteArray();
  }

  /** Messages written one after the other are one message. */
  private byte[] join(
      UserHistory.Builder head,
      int from,
      int to,
      @Nullable UserHistory entry,
      int then,
      byte[] tail) {
    byte[] first = head.build().toByteArray();
    byte[] added = entry == null ? NOTHING : entry.toByteArray();
    int before = at[to] - at[from];
    int after = at[count] - at[then];
    ByteBuffer out =
        ByteBuffer.allocate(first.length + before + added.length + after + tail.length);
    out.put(first).put(bytes, at[from], before).put(added).put(bytes, at[then], after).put(tail);
    return out.array();
  }

  private int place(long timeMs) {
    int place = count;
    while (place > 0 && times[place - 1] > timeMs) {
      place--;
    }
    return place;
  }
}
