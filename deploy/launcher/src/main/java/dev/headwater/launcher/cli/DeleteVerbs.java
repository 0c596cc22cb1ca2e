package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.Deletion;
import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.DeletionRun;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs by which a user or an item is deleted everywhere, with a receipt of every hop. */
final class DeleteVerbs {
  private DeleteVerbs() {}

  /** {@code delete-user D/U}. */
  @Command(
      name = "delete-user",
      description = "Delete a user everywhere; exit 0 when every hop has given its receipt.",
      mixinStandardHelpOptions = true)
  static final class User implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin Request request = new Request();

    @Parameters(paramLabel = "D/U", description = "Domain and user.")
    String subject = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      return request.run(Found.config(common).kafka(), Deletion.Kind.USER, subject);
    }
  }

  /** {@code delete-item D/I}. */
  @Command(
      name = "delete-item",
      description = "Delete an item everywhere; exit 0 when every hop has given its receipt.",
      mixinStandardHelpOptions = true)
  static final class Item implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin Request request = new Request();

    @Parameters(paramLabel = "D/I", description = "Domain and item.")
    String subject = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      return request.run(Found.config(common).kafka(), Deletion.Kind.ITEM, subject);
    }
  }

  /** What both verbs ask for. */
  static final class Request {
    @Option(
        names = "--who",
        paramLabel = "NAME",
        description = "Who asked, kept with the request (default: the user of this shell).")
    String who = System.getProperty("user.name", "unknown");

    @Option(
        names = "--wait",
        defaultValue = "60",
        paramLabel = "S",
        description = "Seconds to wait for the receipts (default 60).")
    int waitSeconds = 60;

    @Option(
        names = "--serving-nodes",
        defaultValue = "1",
        paramLabel = "N",
        description = "Serving nodes that must have answered (default 1).")
    int servingNodes = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the receipts as JSON.")
    @Nullable Path json;

    int run(KafkaSettings kafka, Deletion.Kind kind, String subject)
        throws IOException, InterruptedException {
      Keys.DomainKey key;
      try {
        key = Keys.parse(subject);
      } catch (RejectedRecordException e) {
        throw new WrongUseException("'" + subject + "' does not read DOMAIN/ID");
      }
      TopicAdmin.requireBroker(kafka);
      Deletion deletion =
          new Deletion(key.domain(), kind, key.id(), who, System.currentTimeMillis());
      Map<String, Long> receipts =
          new DeletionRun(kafka, servingNodes).run(deletion, Duration.ofSeconds(waitSeconds));
      ObjectNode figures = JsonReport.object();
      ObjectNode receipt = figures.putObject("receipt");
      for (String hop : new TreeSet<>(DeletionRun.hops(kind))) {
        Long at = receipts.get(hop);
        if (at == null) {
          Output.line("%-12s no receipt".formatted(hop));
        } else {
          receipt.put(hop, at);
          Output.line("%-12s nothing left at %s".formatted(hop, Instant.ofEpochMilli(at)));
        }
      }
      if (json != null) {
        JsonReport.write(json, figures);
      }
      return receipt.size() == DeletionRun.hops(kind).size() ? 0 : 1;
    }
  }
}
