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

  static void line(String text) {
    OUT.println(text);
  }
}
