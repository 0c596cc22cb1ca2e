package dev.headwater.deploy.cli;

import java.io.PrintStream;

/** Standard output, for what a person asked to see. Logs never go here. */
final class Output {
  private static final PrintStream OUT =
      new PrintStream(
          new java.io.FileOutputStream(java.io.FileDescriptor.out),
          true,
          java.nio.charset.StandardCharsets.UTF_8);

  private Output() {}

  static PrintStream stream() {
    return OUT;
  }

  /** Standard error: how it goes, where standard output is kept for the result. */
  static PrintStream progress() {
    return System.err;
  }

  static void line(String text) {
    OUT.println(text);
  }
}
