package dev.headwater.client;

import java.time.Duration;

/** A call that was refused, or got no answer in spite of retries. */
public final class HeadwaterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Status of a call that reached no server. */
  public static final int NO_ANSWER = 0;

  private final int status;
  private final String code;
  private final Duration retryAfter;

  HeadwaterException(int status, String code, String detail) {
    this(status, code, detail, Duration.ZERO);
  }

  HeadwaterException(int status, String code, String detail, Duration retryAfter) {
    super(code + ": " + detail);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  HeadwaterException(String detail, Throwable cause) {
    super("no_answer: " + detail, cause);
    status = NO_ANSWER;
    code = "no_answer";
    retryAfter = Duration.ZERO;
  }

  /** Returns the HTTP status, {@link #NO_ANSWER} when there was no answer. */
  public int status() {
    return status;
  }

  /** Returns the problem's code: stable, for programs. */
  public String code() {
    return code;
  }

  /** Returns how long the node asks to wait before the next call; zero when it does not. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
