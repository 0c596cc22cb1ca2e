package dev.headwater.launcher.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertRulesTest {
  private static final Set<String> SEVERITIES = Set.of("page", "warn", "info");

  static Stream<AlertRule> rules() throws IOException {
    return AlertRule.all().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void saysWhatItMeansAndWhoIsWoken(AlertRule rule) {
    assertThat(rule.name()).matches("Headwater[A-Z][A-Za-z]+");
    assertThat(SEVERITIES).contains(rule.json().at("/labels/severity").asText());
    assertThat(rule.json().at("/annotations/summary").asText()).isNotBlank();
    assertThat(rule.json().at("/annotations/description").asText()).isNotBlank();
    assertThat(rule.json().at("/annotations/runbook").asText())
        .isEqualTo("docs/runbook.md#" + rule.name().toLowerCase(Locale.ROOT));
    assertThat(PromQl.metrics(rule.expression())).isNotEmpty();
  }

  @Test
  void namesAreUsedOnce() throws IOException {
    assertThat(AlertRule.all()).extracting(AlertRule::name).doesNotHaveDuplicates();
  }

  @Test
  void everyAlertHasItsEntryInTheRunbookAndEveryEntryItsAlert() throws IOException {
    List<String> lines = Files.readAllLines(Deployed.doc("runbook.md"));
    List<String> entries =
        lines.stream().filter(l -> l.startsWith("## ")).map(l -> l.substring(3).strip()).toList();
    assertThat(entries)
        .containsExactlyInAnyOrderElementsOf(
            AlertRule.all().stream().map(AlertRule::name).toList());
    for (String entry : entries) {
      assertThat(bodyOf(lines, entry))
          .as(entry)
          .anyMatch(line -> line.startsWith("**Means.**"))
          .anyMatch(line -> line.startsWith("**Look.**"))
          .anyMatch(line -> line.startsWith("**Do.**"));
    }
  }

  private static List<String> bodyOf(List<String> lines, String entry) {
    int from = lines.indexOf("## " + entry) + 1;
    return lines.subList(from, lines.size()).stream()
        .takeWhile(line -> !line.startsWith("#"))
        .toList();
  }

  /** A rule that no rule test lets ring may never ring at all. */
  @Test
  void everyAlertRingsInARuleTest() throws IOException {
    StringBuilder tests = new StringBuilder();
    for (var file : Deployed.files(Deployed.path("alerts/tests"), ".yml")) {
      tests.append(Files.readString(file));
    }
    for (AlertRule rule : AlertRule.all()) {
      assertThat(tests).as(rule.name()).contains("alertname=\"" + rule.name() + "\"");
    }
  }
}
