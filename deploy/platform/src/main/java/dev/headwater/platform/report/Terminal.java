package dev.headwater.platform.report;

/** Whether a person looks at standard output. */
public final class Terminal {
  private Terminal() {}

  /** Returns whether standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // on Java 22 and later the console itself must be asked
  public static boolean isAttached() {
    return System.console() != null;
  }
}
