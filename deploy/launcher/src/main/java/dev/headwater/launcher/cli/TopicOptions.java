package dev.headwater.launcher.cli;

import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.evaluate.TargetData;
import dev.headwater.jobs.DomainModel;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.TopicDomain;
import dev.headwater.platform.load.TuningProblem;
import dev.headwater.platform.parts.Bundles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@code fine-tune --from-kafka}, and what it does with a running installation. */
final class TopicOptions {
  /** Fewer users than these decide nothing. */
  private static final int JUDGES_MIN = 100;

  /** With fewer, when to stop training is chance. */
  private static final int VALIDATION_MIN = 50;

  private static final float[][] NO_TEXTS = {};

  @Mixin StoreAddress store = new StoreAddress();

  @Option(
      names = "--from-kafka",
      description =
          "Instead of --data: tune on what the domain's topics hold now, judge by the newest days,"
              + " and make the new bundle the domain's model if it answers better.")
  boolean fromKafka;

  @Option(names = "--domain", paramLabel = "D", description = "The domain, with --from-kafka.")
  @Nullable String domain;

  @Option(
      names = "--newest-days",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Judge by the newest N days, which train nothing (default 2).")
  int newestDays = 2;

  @Option(
      names = "--events",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description =
          "Read at most so many events; with more, some users are left out (default 2,000,000).")
  int events = 2_000_000;

  @Option(
      names = "--dry-run",
      description = "Write the bundle and announce nothing; `publish` does it later.")
  boolean dryRun;

  private @Nullable String startedFrom;

  /** Fails now rather than after an hour of training. */
  void requireStore() throws InterruptedException {
    if (!dryRun) {
      var unused = store.ask(client -> client.announced());
    }
  }

  /** Reads the domain and tells what was found. */
  DomainData read(String name) throws InterruptedException {
    Bundles.requireDomainName(name);
    TopicDomain found = TopicDomain.read(config().kafka(), name, events);
    Output.line(
        "domain %s: %,d items, %,d events of %,d users%s"
            .formatted(
                name,
                found.data().items().size(),
                found.data().events().size(),
                found.users(),
                found.oneIn() == 1 ? "" : ", one user in %,d (--events)".formatted(found.oneIn())));
    return found.data();
  }

  /** Splits it by time, if enough users came back in the newest days and before. */
  TargetData split(DomainData data) {
    TargetData split = TargetData.newest(data, NO_TEXTS, Duration.ofDays(newestDays));
    if (split.test().size() < JUDGES_MIN || split.validation().size() < VALIDATION_MIN) {
      throw TuningProblem.TOO_FEW_EVENTS.says(
          ("of domain %s %,d users took something new in the newest %d days, and %,d before;"
                  + " %d and %d are needed: wait, or name another number of --newest-days")
              .formatted(
                  data.name(),
                  split.test().size(),
                  newestDays,
                  split.validation().size(),
                  JUDGES_MIN,
                  VALIDATION_MIN));
    }
    return split;
  }

  /** Returns the bundle that the domain uses now. */
  SourceBundle announced(String name) throws InterruptedException {
    DomainModel model = model(name);
    startedFrom = model.bundleId();
    return Bundles.open(model.bundle());
  }

  /** Returns where the new bundle is written if nobody says. */
  static Path out(String name) {
    return Home.directory().resolve("var/fine-tuned").resolve(name);
  }

  /**
   * Makes the new bundle the domain's model.
   *
   * @throws dev.headwater.platform.report.VerbException if another was announced since the domain's
   *     own was taken for a start
   */
  BundleManifest publish(Path bundle, String name) throws IOException, InterruptedException {
    if (startedFrom != null) {
      String now = model(name).bundleId();
      if (!now.equals(startedFrom)) {
        throw TuningProblem.MODEL_CHANGED.says(
            "domain %s was given model %s while %s was tuned: nothing is announced, the new bundle is in %s"
                .formatted(name, now, startedFrom, bundle));
      }
    }
    return store.publish(bundle, name);
  }

  private DomainModel model(String name) throws InterruptedException {
    try {
      return config().jobs().announced(List.of(name)).get(0);
    } catch (IllegalStateException e) {
      throw TuningProblem.NO_MODEL.says(String.valueOf(e.getMessage()));
    }
  }

  private HeadwaterConfig config() {
    return store.common.config();
  }
}
