package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.store.StoreBench;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench store}: the model store beside raw RocksDB doing the same bytes in the same run. */
@Command(
    name = "store",
    description = "Measure the model store beside raw RocksDB in the same run.",
    mixinStandardHelpOptions = true)
final class BenchStoreCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Rows of the table (1000000).")
  int rows = 1_000_000;

  @Option(
      names = "--dim",
      converter = AtLeast.OneWhole.class,
      paramLabel = "D",
      description = "Values a row (64).")
  int dim = 64;

  @Option(
      names = "--sustained-seconds",
      paramLabel = "S",
      description = "Length of the sustained write load, 0 to leave it out (60).")
  int sustainedSeconds = 60;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of vectors and order (1).")
  long seed = 1;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where the scratch files go (default: the system's temporary folder).")
  @Nullable Path directory;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ObjectNode report = JsonReport.object();
    report.set("machine", Machine.measure().toJson());
    report.put("rows", rows).put("dim", dim).put("seed", seed);
    Path parent = directory == null ? Path.of(System.getProperty("java.io.tmpdir")) : directory;
    Path scratch = Files.createTempDirectory(Files.createDirectories(parent), "bench-store");
    try {
      StoreBench.Options options =
          new StoreBench.Options(scratch, rows, dim, sustainedSeconds, seed);
      Map<String, Object> figures =
          new StoreBench(options, step -> Output.line("      " + step)).run();
      report.setAll((ObjectNode) JsonMapper.builder().build().valueToTree(figures));
    } finally {
      delete(scratch);
    }
    Output.line(report.toPrettyString());
    if (json != null) {
      JsonReport.write(json, report);
    }
    return 0;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
