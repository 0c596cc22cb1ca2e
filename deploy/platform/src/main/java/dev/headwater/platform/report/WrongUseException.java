package dev.headwater.platform.report;

/**
 * A verb was called in a way that it does not have: what its flags say cannot be taken together, or
 * cannot be meant. Nothing was tried; the exit code is 2.
 */
public final class WrongUseException extends VerbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message which flag is wrong, and what it may be
   */
  public WrongUseException(String message) {
    super(message);
  }
}
