package dev.headwater.platform.report;

/** A verb cannot do its work; the message is all that the person needs, and the exit code is 1. */
public class VerbException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message what is wrong and what to do
   */
  public VerbException(String message) {
    super(message);
  }
}
