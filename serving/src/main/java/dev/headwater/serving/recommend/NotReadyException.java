package dev.headwater.serving.recommend;

/** The domain is known but has no announced and loaded model yet. */
public final class NotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public NotReadyException(String message) {
    super(message, null, false, false);
  }
}
