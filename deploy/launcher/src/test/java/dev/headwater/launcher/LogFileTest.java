package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where logs go, and that nobody's is lost by another's start. */
class LogFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "serve --config f, headwater-serve.log",
    "ingest, headwater-ingest.log",
    "store, headwater-store.log",
    "standalone, headwater-standalone.log",
    "demo, headwater-demo.log",
    "job fine-tune, headwater-job-fine-tune.log",
    "job cold-start, headwater-job-cold-start.log",
    "job ../x, headwater-job.log",
    "lag --watch, headwater.log",
    "store-health, headwater.log",
    "'', headwater.log"
  })
  void whatRunsOnHasALogOfItsOwn(String words, String log) {
    assertThat(Main.log(words.split(" ", -1))).isEqualTo(log);
  }

  @Test
  void aStartAddsToWhatIsThere() throws Exception {
    Path log = folder.resolve("headwater.log");
    write(log, "the first");
    write(log, "the second");
    assertThat(Files.readString(log)).contains("the first").contains("the second");
  }

  @Test
  void whatIsThereDoesNotGrowWithoutABound() throws Exception {
    Path log = folder.resolve("headwater.log");
    String line = "x".repeat(1 << 20);
    write(log, Stream.generate(() -> line).limit(100).toArray(String[]::new));
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes).isBetween(20L << 20, 86L << 20);
  }

  private static void write(Path log, String... lines) throws Exception {
    String before = System.setProperty("headwater.log", log.toString());
    URI settings = Objects.requireNonNull(Main.class.getResource("/log4j2.xml")).toURI();
    LoggerContext context = new LoggerContext("log-file-test", null, settings);
    try {
      context.start();
      for (String line : lines) {
        context.getLogger("test").info("{}", line);
      }
    } finally {
      context.stop();
      if (before == null) {
        System.clearProperty("headwater.log");
      } else {
        System.setProperty("headwater.log", before);
      }
    }
  }
}
