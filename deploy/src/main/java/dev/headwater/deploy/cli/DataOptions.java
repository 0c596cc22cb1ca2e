package dev.headwater.deploy.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that verbs share which read data sets and write figures. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a folder a domain.")
  Path data = Path.of("");

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;
}
