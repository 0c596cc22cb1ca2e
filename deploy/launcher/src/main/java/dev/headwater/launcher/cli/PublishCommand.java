package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code publish BUNDLE --domain D}: makes a bundle the model of a domain. */
@Command(
    name = "publish",
    description =
        "Check a source bundle, keep it in the bundle directory, announce it as a domain's model.",
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "BUNDLE", description = "Directory of the bundle.")
  Path bundle = Path.of("");

  @Option(
      names = "--domain",
      required = true,
      paramLabel = "D",
      description = "The domain that shall use it.")
  String domain = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    Bundles.requireDomainName(domain);
    BundleManifest manifest = store.address.publish(bundle, domain);
    if (store.json != null) {
      ObjectNode node = JsonReport.object();
      node.put("model_version", manifest.bundleId());
      JsonReport.write(store.json, node);
    }
    return 0;
  }
}
