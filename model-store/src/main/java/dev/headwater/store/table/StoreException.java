package dev.headwater.store.table;

/**
 * The store refused or could not do what was asked; the code tells which, for people and programs.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. Codes are never renamed. */
  public enum Code {
    /** No such table. */
    UNKNOWN_TABLE,
    /** The version was never sealed here, or retention has dropped it. */
    UNKNOWN_VERSION,
    /** The version was rejected or taken back. */
    VERSION_NOT_SERVABLE,
    /** The request lacks something or has a bad value. */
    BAD_REQUEST,
    /** This node is not the one that announces. */
    NOT_PRIMARY,
    /** This node has not read as far as what was announced; a moment later it will have. */
    NOT_READY,
    /**
     * This directory took rows that another node's rollback refused: restore it, or start again.
     */
    DIVERGED,
    /** A limit of the configuration is reached. */
    LIMIT_REACHED,
    /** The directory was written by a newer release. */
    TOO_NEW,
    /** The directory or snapshot was written by a release this one cannot read, or too long ago. */
    TOO_OLD,
    /** Bytes are missing. */
    TRUNCATED,
    /** Bytes differ from what was written. */
    CORRUPT,
    /** The caller's key is not good, or not enough. */
    ACCESS_DENIED,
    /**
     * The brokers did not take what was announced, and have nothing of it: it may be tried again.
     */
    LOG_UNAVAILABLE,
    /** The storage failed; the node must be restarted. */
    STORAGE_FAILED
  }

  private final Code code;

  /** Creates one. */
  public StoreException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** Creates one with its cause. */
  public StoreException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Returns the code. */
  public Code code() {
    return code;
  }
}
