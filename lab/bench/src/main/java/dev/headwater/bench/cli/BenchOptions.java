package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextVectors;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that all benchmarks share, and how they report. */
final class BenchOptions {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Measure on this broker; without it one is started in this process.")
  @Nullable String bootstrap;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file, laid over the reference.")
  @Nullable Path file;

  private @Nullable Machine before;

  /**
   * Measures the machine before the work does. Not done by the constructor: picocli makes one of
   * these for every benchmark whenever any verb is run.
   */
  void begin() {
    if (before == null) {
      before = Machine.measure();
    }
  }

  /** Starts a broker if need be, and makes topics. */
  BenchStage stage(String domain, int partitions) throws IOException, InterruptedException {
    begin();
    return new BenchStage(new BenchStage.Plan(bootstrap, file, domain, partitions));
  }

  /** Returns the text vectors of a domain's items; they are encoded once and kept. */
  static float[][] texts(DomainData domain, SourceBundle bundle) {
    try (TextEncoder encoder = bundle.newTextEncoder()) {
      return TextVectors.of(domain, encoder, Home.directory().resolve("var/text"));
    }
  }

  /** Prints the figures, and writes them where the user asked; the machine is as it was before. */
  void report(ObjectNode figures) throws IOException {
    Machine machine = before == null ? Machine.measure() : before;
    figures.set("machine", machine.toJson());
    if (json != null) {
      JsonReport.write(json, figures);
    }
    Output.line(figures.toPrettyString());
  }
}
