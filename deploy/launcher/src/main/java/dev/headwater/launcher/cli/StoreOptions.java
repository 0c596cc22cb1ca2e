package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags that all verbs share which show an answer of the model store. */
final class StoreOptions {
  @Mixin StoreAddress address = new StoreAddress();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the store's answer as one JSON object.")
  @Nullable Path json;

  /** Asks, prints the answer, and writes it where it was asked for. */
  int run(StoreAddress.Call call) throws IOException, InterruptedException {
    return run(call, answer -> true);
  }

  /** The same, with exit status 1 where the answer is not as it should be. */
  int run(StoreAddress.Call call, Predicate<JsonNode> isWell)
      throws IOException, InterruptedException {
    JsonNode answer = address.ask(call);
    Output.line(answer.toPrettyString());
    if (json != null) {
      ObjectNode node = JsonReport.object();
      if (answer.isObject()) {
        node.setAll((ObjectNode) answer);
      } else {
        node.set("versions", answer);
      }
      JsonReport.write(json, node);
    }
    return isWell.test(answer) ? 0 : 1;
  }
}
