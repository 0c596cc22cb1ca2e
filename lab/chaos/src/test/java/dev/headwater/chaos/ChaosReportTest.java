package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.report.JsonReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report grows fault by fault, is taken up again, and says what did not hold. */
class ChaosReportTest {
  private static final List<String> ORDER = List.of("first", "second", "third");

  @TempDir Path folder;

  private static ObjectNode outcome(double recoveredS, long lost, String... problems) {
    return new Outcome(
            1,
            List.of(problems),
            lost,
            recoveredS,
            2,
            0,
            List.of(),
            300,
            0,
            40,
            9.5,
            List.of("a figure"),
            1)
        .toJson()
        .put("meaning", "something is broken")
        .put("clicks_per_s", 30.0)
        .put("items_per_s", 1.0)
        .put("matmul_gflops", 6.7)
        .put("commit", "0123abcd")
        .put("tried_at", "2026-01-01T10:00:00Z");
  }

  @Test
  void aFaultIsCleanWhenItWasTriedAndEveryRuleHeld() {
    ChaosReport report = new ChaosReport(JsonReport.object());
    report.put("first", outcome(3, 0), ORDER, false);
    assertThat(report.isClean("first")).isTrue();
    assertThat(report.isClean("second")).as("not tried").isFalse();
    assertThat(report.clean()).isTrue();
    report.put("second", outcome(3, 1), ORDER, false);
    assertThat(report.isClean("second")).as("one was lost").isFalse();
    report.put("second", outcome(-1, 0), ORDER, false);
    assertThat(report.isClean("second")).as("never well again").isFalse();
    report.put("second", outcome(0, 0, "a rule"), ORDER, false);
    assertThat(report.isClean("second")).as("a rule did not hold").isFalse();
    assertThat(report.clean()).isFalse();
  }

  @Test
  void aRunThatWasStoppedIsTakenUpFromItsFile() throws Exception {
    Path file = folder.resolve("chaos.json");
    ChaosReport before = new ChaosReport(JsonReport.object());
    before.put("third", outcome(3, 0), ORDER, false);
    JsonReport.write(file, before.json());
    ChaosReport after = ChaosReport.read(file);
    after.put("first", outcome(0, 0), ORDER, false);
    assertThat(after.json().path("faults").fieldNames())
        .toIterable()
        .containsExactly("first", "third");
    assertThat(after.isClean("third")).isTrue();
  }

  @Test
  void aTryThatFailedStaysBesideTheOneThatHeld() throws Exception {
    ChaosReport report = new ChaosReport(JsonReport.object());
    report.put("first", outcome(3, 0, "a rule").put("commit", "aaaa"), ORDER, false);
    report.put("first", outcome(3, 1, "a rule", "another").put("commit", "bbbb"), ORDER, false);
    report.put("first", outcome(3, 0).put("commit", "cccc"), ORDER, false);
    report.put("first", outcome(4, 0).put("runs", 2).put("commit", "cccc"), ORDER, true);
    report.put("second", outcome(3, 0), ORDER, false);
    assertThat(report.isClean("first")).as("the last one counts").isTrue();
    JsonNode earlier = report.json().at("/faults/first/earlier");
    assertThat(earlier.findValuesAsText("commit")).containsExactly("aaaa", "bbbb");
    assertThat(earlier.path(1).path("problems")).hasSize(2);
    Path file = folder.resolve("chaos.json");
    JsonReport.write(file, report.json());
    Path page = folder.resolve("page.md");
    ChaosReport.read(file).writeMarkdown(page);
    assertThat(Files.readString(page))
        .contains("| `first` | something is broken | 4 | 0 |")
        .contains("| `second` | something is broken | 1 | 0 |")
        .contains("## Earlier tries")
        .contains("- `first` at aaaa, 2026-01-01T10:00:00Z: 1 violations, 0 lost: a rule")
        .contains("- `first` at bbbb, 2026-01-01T10:00:00Z: 2 violations, 1 lost: a rule; another");
  }

  @Test
  void thePageShowsEveryFaultAndWhatDidNotHold() throws Exception {
    ChaosReport report = new ChaosReport(JsonReport.object());
    report.put("second", outcome(-1, 2, "two clicks are gone"), ORDER, false);
    Path page = folder.resolve("sub/page.md");
    report.writeMarkdown(page);
    assertThat(Files.readString(page))
        .contains("1 faults: 1 violations, 2 lost; 300 clicks, 40 answers")
        .contains(
            "| `second` | something is broken | 1 | 1 | 2 | never | 2.0 | 0 | 9.5 | 1.0 | 30.0 | 1.0 | 6.7 | 0123abcd | 2026-01-01T10:00:00Z |")
        .contains("- `second`: two clicks are gone");
  }
}
