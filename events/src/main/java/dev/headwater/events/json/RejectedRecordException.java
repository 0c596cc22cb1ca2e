package dev.headwater.events.json;

/** Bad input: the record goes to the dead-letter topic with a reason code; nothing else stops. */
public final class RejectedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reason;

  /**
   * Creates one.
   *
   * @param reason the code
   * @param detail what exactly was wrong, for a person
   */
  public RejectedRecordException(ReasonCode reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  /** Returns the code. */
  public ReasonCode reason() {
    return reason;
  }

  /** Returns what exactly was wrong. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
