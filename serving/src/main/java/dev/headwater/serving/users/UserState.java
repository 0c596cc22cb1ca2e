package dev.headwater.serving.users;

import org.jspecify.annotations.Nullable;

/**
 * One user's history as it stands, and the vector made from it. The history never changes (a new
 * record makes a new object); the vector is filled in later and made again when rows moved.
 */
public final class UserState {
  private final int[] codes;
  private final String eventId;
  private final long eventTimeMs;
  private volatile @Nullable UserVector vector;
  private volatile boolean waiting;
  private volatile boolean replaced;

  /**
   * Creates one without vector.
   *
   * @param codes item codes, oldest first; not copied
   * @param eventId the event that caused this history
   * @param eventTimeMs its time, Unix milliseconds
   */
  public UserState(int[] codes, String eventId, long eventTimeMs) {
    this.codes = codes;
    this.eventId = eventId;
    this.eventTimeMs = eventTimeMs;
  }

  /** Returns the item codes, oldest first; not to be changed. */
  public int[] codes() {
    return codes;
  }

  /** Returns the event that caused this history. */
  public String eventId() {
    return eventId;
  }

  /** Returns its time, Unix milliseconds. */
  public long eventTimeMs() {
    return eventTimeMs;
  }

  /** Returns the vector, or null while none was made. */
  public @Nullable UserVector vector() {
    return vector;
  }

  /** Keeps a vector. */
  public void vector(UserVector made) {
    vector = made;
    waiting = false;
  }

  /** Tells whether the vector is going to be made behind. */
  public boolean isWaiting() {
    return waiting;
  }

  /** Notes whether the vector is going to be made behind. */
  public void waiting(boolean now) {
    waiting = now;
  }

  /** Tells whether a newer state took this one's place. */
  public boolean isReplaced() {
    return replaced;
  }

  /** Notes that a newer state took this one's place: its vector is no longer wanted. */
  public void replaced() {
    replaced = true;
  }
}
