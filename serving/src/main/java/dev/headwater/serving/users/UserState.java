package dev.headwater.serving.users;

import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * One user's history as it stands, and the vector made from it. The history never changes (a new
 * record makes a new object); the vector is filled in later and made again when rows moved.
 */
public class UserState {
  private final byte[] packed;
  private final long eventTimeMs;
  private volatile @Nullable UserVector vector;
  private volatile boolean waiting;
  private volatile boolean replaced;
  private volatile boolean touched;

  /**
   * Creates one without vector.
   *
   * @param codes codes of liked items, oldest first
   * @param disliked codes of items that the user does not want
   * @param eventId the event that caused this history
   * @param eventTimeMs its time, Unix milliseconds
   */
  public UserState(int[] codes, int[] disliked, String eventId, long eventTimeMs) {
    this(PackedHistory.pack(codes, disliked, eventId), eventTimeMs);
  }

  UserState(byte[] packed, long eventTimeMs) {
    this.packed = packed;
    this.eventTimeMs = eventTimeMs;
  }

  /** Returns history and event in few bytes; not to be changed. */
  byte[] packed() {
    return packed;
  }

  /** Returns the codes of liked items, oldest first, in a new array. */
  public int[] codes() {
    return PackedHistory.codes(packed);
  }

  /** Returns the codes of items that the user does not want: no context, and never answered. */
  public int[] disliked() {
    return PackedHistory.disliked(packed);
  }

  /** Returns the event that caused this history. */
  public String eventId() {
    return PackedHistory.eventId(packed);
  }

  /** Returns its time, Unix milliseconds. */
  public long eventTimeMs() {
    return eventTimeMs;
  }

  /** Returns the span in which the newest click was taken in, invalid where none is recorded. */
  public SpanContext click() {
    return SpanContext.getInvalid();
  }

  /** Returns the vector, or null while none was made. */
  public final @Nullable UserVector vector() {
    return vector;
  }

  /** Keeps a vector. */
  public void vector(UserVector made) {
    vector = made;
    waiting = false;
  }

  /** Tells whether the vector is going to be made in the background. */
  public boolean isWaiting() {
    return waiting;
  }

  /** Notes whether the vector is going to be made in the background. */
  public void waiting(boolean now) {
    waiting = now;
  }

  /** Tells whether a newer state took this one's place, or the user left memory. */
  public boolean isReplaced() {
    return replaced;
  }

  /** Notes that this state is not in memory any more: its vector is no longer wanted. */
  public void replaced() {
    replaced = true;
  }

  /** Notes that somebody asked for this user. */
  void touch() {
    if (!touched) {
      touched = true;
    }
  }

  /** Tells whether somebody asked since this was called last. */
  boolean wasTouched() {
    boolean before = touched;
    touched = false;
    return before;
  }
}
