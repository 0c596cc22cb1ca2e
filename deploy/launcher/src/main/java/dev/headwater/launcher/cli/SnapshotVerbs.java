package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.VerbException;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs by which a table travels from one node to another. */
final class SnapshotVerbs {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private SnapshotVerbs() {}

  /** {@code snapshot OUT}. */
  @Command(
      name = "snapshot",
      description =
          "Take a snapshot of a running store and fetch it. With --id, go on with one taken"
              + " before.",
      mixinStandardHelpOptions = true)
  static final class Snapshot implements Callable<Integer> {
    @Mixin StoreOptions store = new StoreOptions();

    @Parameters(paramLabel = "OUT", description = "Folder to fetch into.")
    Path out = Path.of("");

    @Option(
        names = "--id",
        paramLabel = "ID",
        description = "A snapshot taken before: files that are whole are not fetched again.")
    @Nullable String id;

    @Override
    public Integer call() throws IOException, InterruptedException {
      return store.run(
          client -> JSON.valueToTree(id == null ? client.snapshot(out) : client.fetch(id, out)));
    }
  }

  /** {@code restore IN}. */
  @Command(
      name = "restore",
      description =
          "Make a fetched snapshot the tables of a store that is not running. Refuses what is"
              + " corrupt, truncated, too old or too new.",
      mixinStandardHelpOptions = true)
  static final class Restore implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "IN", description = "Folder with the snapshot.")
    Path in = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Write the manifest as JSON.")
    @Nullable Path json;

    @Override
    public Integer call() throws IOException {
      Path directory = common.config().store().directory();
      try {
        SnapshotManifest manifest = StoreClient.restore(in, directory, Clock.systemUTC());
        Output.line("restored " + manifest.id() + " into " + directory);
        if (json != null) {
          JsonReport.write(
              json, JsonReport.object().setAll((ObjectNode) JSON.valueToTree(manifest)));
        }
        return 0;
      } catch (StoreException e) {
        throw new VerbException(
            "not restored (" + e.code().name().toLowerCase(Locale.ROOT) + "): " + e.getMessage());
      }
    }
  }
}
