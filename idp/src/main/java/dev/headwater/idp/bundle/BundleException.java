package dev.headwater.idp.bundle;

/** A bundle that cannot be used, and why. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a bundle was refused. */
  public enum Reason {
    /** No directory, no manifest, or a listed file is not there. */
    MISSING,
    /** A file is shorter than the manifest says. */
    TRUNCATED,
    /** A file's length or checksum is not the one in the manifest, or it cannot be read. */
    CHANGED,
    /** Written by a later release in a format that this one does not know. */
    NEWER_FORMAT
  }

  private final Reason reason;

  /**
   * Refuses a bundle.
   *
   * @param reason the kind of fault
   * @param message which file, and what is wrong with it
   */
  public BundleException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  /**
   * Refuses a bundle that could not be read.
   *
   * @param reason the kind of fault
   * @param message which file, and what is wrong with it
   * @param cause what reading met
   */
  public BundleException(Reason reason, String message, Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = reason;
  }

  /** The kind of fault. */
  public Reason reason() {
    return reason;
  }
}
