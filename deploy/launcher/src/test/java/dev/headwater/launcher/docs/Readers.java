package dev.headwater.launcher.docs;

import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which process reads a key, found by trying: the key gets another value, every process's
 * configuration is built, and who has another one then reads it.
 */
final class Readers {
  private static final String ALL = "all";
  private static final Map<String, Function<HeadwaterConfig, List<Object>>> PROCESSES =
      new LinkedHashMap<>();

  static {
    PROCESSES.put(
        "ingest",
        c -> List.of(c.ingest(), c.kafka(), c.topicLayout(), c.tracing(), c.metrics().ingest()));
    PROCESSES.put("cold-start", Readers::coldStart);
    PROCESSES.put(
        "job cold-start", c -> of(coldStart(c), c.topicLayout(), c.metrics().coldStart()));
    PROCESSES.put("fine-tune", Readers::fineTune);
    PROCESSES.put("job fine-tune", c -> of(fineTune(c), c.topicLayout(), c.metrics().fineTune()));
    PROCESSES.put(
        "store",
        c -> List.of(c.store(), c.kafka(), c.topicLayout(), c.tracing(), c.metrics().store()));
    PROCESSES.put("serve", c -> of(serving(c.serving()), c.kafka(), c.topicLayout(), c.tracing()));
    PROCESSES.put("publish", c -> List.of(c.bundleDirectory(), c.store().adminPort()));
  }

  private Readers() {}

  /** What ColdStartJob is made of, wherever it runs. */
  private static List<Object> coldStart(HeadwaterConfig c) {
    ColdStartConfig job = c.coldStart(List.of());
    return List.of(c.kafka(), c.domains(), c.bundleDirectory(), c.flink(), job.settings());
  }

  private static List<Object> fineTune(HeadwaterConfig c) {
    return List.of(
        c.kafka(),
        c.domains(),
        c.bundleDirectory(),
        c.flink(),
        c.jobs().fineTune(),
        c.jobs().tracing());
  }

  /** All but what a node shows of the whole file. */
  private static List<Object> serving(ServingConfig c) {
    Protection p = c.protection();
    return List.of(
        c.domains(),
        c.bundleDirectory(),
        c.settings(),
        c.heartbeats(),
        c.users(),
        c.records(),
        p.access(),
        String.valueOf(p.tls()),
        p.callerRates(),
        p.domainRates(),
        p.toStore());
  }

  private static List<Object> of(List<Object> some, Object... more) {
    return List.of(some, List.of(more));
  }

  /**
   * Returns who reads a key; {@code job X} means the launcher's alone, not the job on a cluster.
   */
  static Set<String> of(ReferenceKeys.Key key) {
    Map<String, Object> before = OtherValues.needed(key.path());
    Map<String, Object> after = new LinkedHashMap<>(before);
    after.put(key.path(), OtherValues.of(key));
    HeadwaterConfig one = HeadwaterConfig.load(null, before);
    HeadwaterConfig other = HeadwaterConfig.load(null, after);
    Set<String> readers = new TreeSet<>();
    PROCESSES.forEach(
        (name, configuration) -> {
          if (!configuration.apply(one).toString().equals(configuration.apply(other).toString())) {
            readers.add(name);
          }
        });
    for (String job : List.of("cold-start", "fine-tune")) {
      if (readers.contains(job)) {
        readers.remove("job " + job);
      }
    }
    return readers;
  }

  /** Returns the same for a person. */
  static String text(Set<String> readers) {
    Set<String> parts = Set.of("ingest", "cold-start", "fine-tune", "store", "serve");
    return readers.containsAll(parts) ? ALL : String.join(", ", readers);
  }
}
