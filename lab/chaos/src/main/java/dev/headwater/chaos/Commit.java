package dev.headwater.chaos;

import dev.headwater.configuration.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Which code is tried: a report is taken up by runs of other days. */
final class Commit {
  private static final int SECONDS_MAX = 10;

  private Commit() {}

  /**
   * Returns the commit of the checkout that this runs from, with {@code -dirty} when files differ
   * from it, those of the documents left out, for the report is one; empty where there is no
   * checkout or no git.
   */
  static String here() throws InterruptedException {
    String commit = git("rev-parse", "--short=8", "HEAD");
    String changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs");
    return commit.isEmpty() || changed.isEmpty() ? commit : commit + "-dirty";
  }

  private static String git(String... words) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    try {
      Process git =
          new ProcessBuilder(command)
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
