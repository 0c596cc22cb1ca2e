package dev.headwater.platform.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.pretrain.ProgressListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .toList();
    }
  }

  @Test
  void aReportIsWrittenWholeIntoAFolderThatNeedNotBeThere() throws IOException {
    Path file = folder.resolve("a/b/report.json");
    ObjectNode report = JsonReport.object().put("events", 3);
    JsonReport.write(file, report);
    JsonReport.write(file, report.put("events", 4));
    assertThat(JSON.readTree(file.toFile()).path("events").asInt()).isEqualTo(4);
    assertThat(files()).as("nothing is left beside it").containsExactly("report.json");
  }

  @Test
  void aReportThatCannotBeWrittenLeavesTheOneThatWasThere() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("report.json/full"));
    Files.writeString(taken.resolve("file"), "kept");
    assertThatThrownBy(() -> JsonReport.write(folder.resolve("report.json"), JsonReport.object()))
        .isInstanceOf(IOException.class);
    assertThat(taken.resolve("file")).hasContent("kept");
  }

  @Test
  void latenciesAreMillisecondsWhateverTheHistogramCounts() {
    Histogram micros = new Histogram(3);
    for (int i = 1; i <= 100; i++) {
      micros.recordValue(i * 1_000L);
    }
    JsonNode latency = JsonReport.latencyMs(micros);
    assertThat(latency.path("p50").asDouble()).isBetween(49.9, 50.2);
    assertThat(latency.path("p99").asDouble()).isBetween(98.9, 99.2);
    assertThat(latency.path("samples").asInt()).isEqualTo(100);
  }

  @Test
  void theMachineIsDescribedInTheWordsOfTheContract() {
    JsonNode machine = new Machine(4, 1.2345, 7.777, 98.6).toJson();
    assertThat(machine.path("cores").asInt()).isEqualTo(4);
    assertThat(machine.path("load1").asDouble()).isEqualTo(1.23);
    assertThat(machine.path("matmul_gflops").asDouble()).isEqualTo(7.8);
    assertThat(machine.path("random_read_ns").asInt()).isEqualTo(99);
    Machine measured = Machine.measure();
    assertThat(measured.matmulGflops()).isPositive();
    assertThat(measured.randomReadNs()).as("no read of 64 MB is as near as this").isGreaterThan(2);
  }

  private static ProgressListener.Progress at(
      String phase, double fraction, int epoch, double loss, double speed) {
    return new ProgressListener.Progress(
        phase, fraction, epoch, loss, Double.NaN, speed, Double.NaN);
  }

  @Test
  void aPhaseBeginsWithALineAndSaysOnlyWhatIsKnown() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Progress progress = new Progress(new PrintStream(out, true, UTF_8))) {
      progress.onProgress(at("texts", 0.25, 0, Double.NaN, Double.NaN));
      progress.onProgress(at("texts", 0.5, 0, Double.NaN, Double.NaN));
      progress.onProgress(at("training", 0, 2, 1.5, 120));
      progress.onProgress(at("training", 0.9, 3, 1.25, Double.NaN));
      assertThat(progress.epochs()).isEqualTo(3);
      assertThat(progress.sequencesPerSecond()).as("the newest that is known").isEqualTo(120);
    }
    String text = out.toString(UTF_8);
    assertThat(text.lines().map(String::strip))
        .as("within ten seconds a phase has one line")
        .containsExactly("texts: 25 %", "training: 0 % epoch 2 loss 1.500 120 sequences/s");
    assertThat(text).doesNotContain("NaN");
  }
}
