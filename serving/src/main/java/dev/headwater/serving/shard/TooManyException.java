package dev.headwater.serving.shard;

/** An exact question was asked of more items than a node may gather. */
public final class TooManyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public TooManyException(String message) {
    super(message, null, false, false);
  }
}
