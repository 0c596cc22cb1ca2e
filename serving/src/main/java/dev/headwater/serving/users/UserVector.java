package dev.headwater.serving.users;

/** A user vector and what it was made from. Immutable. */
public final class UserVector {
  private final long viewId;
  private final RowsTravelled from;
  private final float[] values;

  UserVector(long viewId, RowsTravelled from, float[] values) {
    this.viewId = viewId;
    this.from = from;
    this.values = values;
  }

  /** Tells whether the encoder of this view made it. */
  boolean isOf(long view) {
    return viewId == view;
  }

  /** Returns where the rows stood that it was made from. */
  RowsTravelled from() {
    return from;
  }

  /** Returns the vector; not to be changed. */
  public float[] values() {
    return values;
  }
}
