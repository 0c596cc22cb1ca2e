package dev.headwater.launcher.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.answers.AnswerJson;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.launcher.demo.RunningDemo;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.HttpOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code item-status D/I}: where an item is on its way; exit 1 while it cannot be recommended. */
@Command(
    name = "item-status",
    description =
        "Say where an item is on its way into answers, or why it is not shown, as a serving node"
            + " sees it. Exit 1 while it cannot be recommended.",
    mixinStandardHelpOptions = true)
final class ItemStatusCommand implements Callable<Integer> {
  private static final JsonMapper JSON = AnswerJson.writer(new JsonFactory()).build();

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin HttpOptions http = new HttpOptions();

  @Parameters(paramLabel = "D/I", description = "Domain and item.")
  String subject = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The serving node (default: loopback at serving.port; where nobody listens there and a"
              + " demo of this home runs, the demo's).")
  @Nullable URI url;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the answer as one JSON object.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    Keys.DomainKey key;
    try {
      key = Keys.parse(subject);
    } catch (RejectedRecordException e) {
      throw new VerbException("'" + subject + "' does not read DOMAIN/ID");
    }
    ItemStatus status =
        NodeClient.at(node())
            .with(Retries.NONE)
            .with(http.credentials())
            .shop(key.domain())
            .status(key.id());
    ObjectNode answer = JSON.valueToTree(status);
    Output.line(answer.toPrettyString());
    if (json != null) {
      JsonReport.write(json, answer);
    }
    return status.isVisible() ? 0 : 1;
  }

  private URI node() {
    return url != null
        ? url
        : Found.at(
            URI.create("http://127.0.0.1:" + common.config().serving().port()),
            RunningDemo.Part.SERVING,
            "--url URL");
  }
}
