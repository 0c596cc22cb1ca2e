package dev.headwater.jobs.models;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Which bundle each domain works with when a job is submitted. */
public final class AnnouncedBundles {
  /** How long a first announcement is waited for. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int LOOK_MS = 100;

  private AnnouncedBundles() {}

  /**
   * Returns each domain with the bundle that was last announced for it.
   *
   * @param bundles directory of all bundles
   * @param atMost how long a first announcement is waited for
   * @throws IllegalStateException naming the first domain that has none by then
   */
  public static List<DomainModel> of(
      KafkaSettings kafka, Collection<String> domains, Path bundles, Duration atMost)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    List<DomainModel> models = new ArrayList<>();
    try (ModelWatch watch = AnnouncedModels.open("announced-models", kafka, atMost)) {
      for (String domain : domains) {
        String bundle = await(watch, domain, deadline);
        models.add(new DomainModel(domain, bundles.toString(), bundle));
      }
    }
    return models;
  }

  private static String await(ModelWatch watch, String domain, long deadline)
      throws InterruptedException {
    String bundle = watch.model(domain, "");
    while (bundle.isEmpty()) {
      if (System.nanoTime() >= deadline) {
        throw new IllegalStateException(
            "no model is announced for domain %1$s: run `headwater publish BUNDLE --domain %1$s` first"
                .formatted(domain));
      }
      watch.requireHealthy();
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      bundle = watch.model(domain, "");
    }
    return bundle;
  }
}
