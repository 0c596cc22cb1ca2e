package dev.headwater.access;

/**
 * Keys, certificates or their files cannot be used. The message is for a person, without secrets.
 */
public final class AccessSetupException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  AccessSetupException(String message) {
    super(message);
  }

  AccessSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
