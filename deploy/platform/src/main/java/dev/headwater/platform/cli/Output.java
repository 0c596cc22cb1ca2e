package dev.headwater.platform.cli;

import java.io.PrintStream;

/** Standard output, for what a person asked to see. Logs never go here. */
public final class Output {
  private static final PrintStream OUT =
      new PrintStream(
          new java.io.FileOutputStream(java.io.FileDescriptor.out),
          true,
          java.nio.charset.StandardCharsets.UTF_8);

  private Output() {}

  /** Returns standard output itself. */
  public static PrintStream stream() {
    return OUT;
  }

  /** Standard error: how it goes, where standard output is kept for the result. */
  public static PrintStream progress() {
    return System.err;
  }

  /** Prints a line. */
  public static void line(String text) {
    OUT.println(text);
  }
}
