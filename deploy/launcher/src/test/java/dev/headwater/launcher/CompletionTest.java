package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Each shell reads its script and says what it would offer. */
@Timeout(120)
class CompletionTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    for (String shell : List.of("bash", "zsh", "fish")) {
      Files.writeString(folder.resolve(shell), printed(shell));
    }
  }

  private static String printed(String shell) {
    StringWriter out = new StringWriter();
    CommandLine launcher = Main.commandLine().setOut(new PrintWriter(out, true));
    assertThat(launcher.execute("completion", shell)).isZero();
    return out.toString();
  }

  private static List<String> inBash(String line) throws Exception {
    String script =
        """
        source %s || exit 1
        COMP_WORDS=(%s) COMP_LINE='%s'
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_POINT=${#COMP_LINE}
        _complete_headwater
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(folder.resolve("bash"), line.replace("_", "''"), line.replace("_", ""));
    return run("bash", "-c", script);
  }

  private static List<String> inFish(String line) throws Exception {
    return run(
            "fish",
            "--no-config",
            "-c",
            "source %s; complete -C '%s'".formatted(folder.resolve("fish"), line.replace("_", "")))
        .stream()
        .map(offer -> offer.split("\t", -1)[0])
        .toList();
  }

  private static List<String> run(String... command) throws Exception {
    assumeTrue(isInstalled(command[0]), command[0] + " is not installed: not tried");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().map(String::strip).filter(word -> !word.isEmpty()).toList();
  }

  private static boolean isInstalled(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
  }

  @ParameterizedTest
  @CsvSource({
    "headwater ro, rollback, pin",
    "headwater topics _, check, rollback",
    "headwater item-, item-status, lag",
    "headwater rollback --w, --why, --config",
    "headwater lag --, --watch, --why",
    "headwater job _, fine-tune, versions"
  })
  void bashAndFishOfferTheVerbsAndFlagsThatFit(String line, String offered, String not)
      throws Exception {
    assertThat(inBash(line)).contains(offered).doesNotContain(not);
    assertThat(inFish(line)).contains(offered).doesNotContain(not);
  }

  /** Help and completion are made of one table. */
  @Test
  void everyVerbIsOffered() throws Exception {
    CommandLine launcher = Main.commandLine();
    assertThat(inBash("headwater _")).containsAll(launcher.getSubcommands().keySet());
    assertThat(inFish("headwater _")).containsAll(launcher.getSubcommands().keySet());
  }

  @Test
  void zshReadsItsScript() throws Exception {
    String script =
        "autoload -U +X compinit && compinit -u -D && source %s && whence -w _complete_headwater"
            .formatted(folder.resolve("zsh"));
    assertThat(run("zsh", "-f", "-c", script)).anyMatch(said -> said.contains("function"));
  }

  @Test
  void anUnknownShellIsWrongUse() {
    assertThat(Main.commandLine().execute("completion", "dos")).isEqualTo(2);
  }
}
