package dev.headwater.ingest;

/** Tells a full disk from other failures: trying again at once cannot help. */
final class DiskFull {
  /** What the system says, through Java's and RocksDB's errors alike. */
  private static final String WORDS = "No space left on device";

  private static final int DEPTH_MAX = 20;

  private DiskFull() {}

  static boolean isCauseOf(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++) {
      if (String.valueOf(cause.getMessage()).contains(WORDS)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
