package dev.headwater.idp.train;

/** Training that cannot go on; the message names epoch, batch and domain. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Stops training. */
  public TrainingException(String message) {
    super(message);
  }
}
