package dev.headwater.chaos;

import dev.headwater.configuration.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Which code is tried: a report is taken up by runs of other days. */
final class Commit {
  private static final int SECONDS_MAX = 10;

  private Commit() {}

  /**
   * Returns the commit of the checkout that this runs from, with {@code -dirty} when files differ
   * from it; empty where there is no checkout or no git.
   */
  static String here() throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=8", "--exclude=*")
              .directory(Home.directory().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && git.exitValue() == 0 ? said.strip() : "";
    } catch (IOException e) {
      return ""; // no git on this machine
    }
  }
}
