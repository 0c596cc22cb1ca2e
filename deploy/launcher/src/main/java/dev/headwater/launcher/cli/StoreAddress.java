package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.launcher.demo.RunningDemo;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.HttpOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.VerbException;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags by which verbs find the model store. */
final class StoreAddress {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin HttpOptions http = new HttpOptions();

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "The store's operator address (default: loopback at store.admin-port; where nobody"
              + " listens there and a demo of this home runs, the demo's).")
  @Nullable URI store;

  /** A call to the store. */
  interface Call {
    JsonNode ask(StoreClient client) throws InterruptedException;
  }

  /** Asks; a refusal is an error made for a person. */
  JsonNode ask(Call call) throws InterruptedException {
    try {
      return call.ask(new StoreClient(address(), other(), http.outgoing()));
    } catch (StoreException e) {
      throw new VerbException("the store refused: " + e.getMessage());
    }
  }

  /** Checks a bundle, keeps it in the bundle directory and makes it the model of a domain. */
  BundleManifest publish(Path bundle, String domain) throws IOException, InterruptedException {
    BundleManifest manifest = Bundles.publish(bundle, common.config().bundleDirectory());
    var unused =
        ask(
            client ->
                client.announceModel(
                    domain, manifest.bundleId(), System.getProperty("user.name", "unknown")));
    Output.line("domain " + domain + " uses model " + manifest.bundleId());
    return manifest;
  }

  /** One of a pair finds the other, unless a person has named a store. */
  private @Nullable URI other() {
    return store == null ? common.config().store().standby().peer() : null;
  }

  private URI address() {
    if (store != null) {
      return store;
    }
    StoreConfig config = common.config().store();
    String scheme = config.protection().tls() == null ? "http" : "https";
    URI configured = URI.create(scheme + "://127.0.0.1:" + config.adminPort());
    // Of a pair the other one may answer: the client asks both.
    return config.standby().peer() == null
        ? Found.at(configured, RunningDemo.Part.STORE, "--store URL")
        : configured;
  }
}
