package dev.headwater.idp.data;

/** Data that cannot be used; the message names the file, the line and the fault. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A fault without a deeper cause. */
  public DataException(String message) {
    super(message);
  }

  /** A fault that something else caused. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
