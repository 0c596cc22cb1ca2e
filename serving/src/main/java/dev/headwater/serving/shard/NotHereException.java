package dev.headwater.serving.shard;

/** This node does not have the table that it was asked for, or not yet. */
public final class NotHereException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public NotHereException(String message) {
    super(message, null, false, false);
  }
}
