package dev.headwater.launcher.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prometheus' own tool on our rules; skipped with a message where it is not installed (Debian:
 * {@code apt-get install prometheus}).
 */
class PromtoolTest {
  @TempDir Path folder;

  @BeforeAll
  static void promtoolIsThere() {
    boolean there =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "promtool")));
    assumeTrue(there, "promtool is not on the PATH: the alert rules were not tried");
  }

  @Test
  void acceptsTheRules() throws Exception {
    promtool("check rules", Deployed.files(Deployed.path("alerts"), ".yml"));
  }

  @Test
  void alertsRingWhenTheyShouldAndNotOtherwise() throws Exception {
    promtool("test rules", Deployed.files(Deployed.path("alerts/tests"), ".yml"));
  }

  /** Dashboards hold PromQL too: as recording rules, promtool checks their syntax. */
  @Test
  void acceptsWhatTheDashboardsAsk() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
    for (Dashboard dashboard : Dashboard.all()) {
      for (String expression : dashboard.expressions()) {
        rules
            .append("      - record: dashboard:")
            .append(dashboard.file().replace(".json", ""))
            .append("\n        expr: '")
            .append(expression.replace("$__rate_interval", "1m").replace("'", "''"))
            .append("'\n        labels: {n: \"")
            .append(rules.length())
            .append("\"}\n");
      }
    }
    Path file = folder.resolve("dashboards.yml");
    Files.writeString(file, rules);
    promtool("check rules", List.of(file));
  }

  private static void promtool(String verb, List<Path> files)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(verb.split(" ", -1)));
    files.forEach(file -> command.add(file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
