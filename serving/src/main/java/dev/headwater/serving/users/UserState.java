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
  private volatile @Nullable Encoded encoded;

  /** A user vector and what it was made from. */
  public static final class Encoded {
    private final long viewId;
    private final long stamp;
    private final float[] vector;

    /**
     * Creates one.
     *
     * @param viewId the view whose encoder made it
     * @param stamp of the rows, see {@code VectorTable.moves}
     * @param vector the user vector; not copied
     */
    public Encoded(long viewId, long stamp, float[] vector) {
      this.viewId = viewId;
      this.stamp = stamp;
      this.vector = vector;
    }

    /** Tells whether it was made by this view from rows with this stamp. */
    public boolean isOf(long view, long rows) {
      return viewId == view && stamp == rows;
    }

    /** Returns the user vector; not to be changed. */
    public float[] vector() {
      return vector;
    }
  }

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
  public @Nullable Encoded encoded() {
    return encoded;
  }

  /** Keeps a vector. */
  public void encoded(Encoded vector) {
    encoded = vector;
  }
}
