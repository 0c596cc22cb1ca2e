package dev.headwater.access;

/** No credentials came, or ones that are not good. The message is for the caller and holds none. */
public final class UnauthenticatedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean presented;

  UnauthenticatedException(boolean presented, String message) {
    super(message, null, false, false);
    this.presented = presented;
  }

  /** Returns the value of header {@code WWW-Authenticate} (RFC 6750). */
  public String challenge() {
    return presented
        ? "Bearer realm=\"headwater\", error=\"invalid_token\""
        : "Bearer realm=\"headwater\"";
  }
}
