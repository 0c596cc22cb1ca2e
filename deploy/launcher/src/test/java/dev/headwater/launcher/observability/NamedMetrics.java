package dev.headwater.launcher.observability;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The metrics that dashboards and alerts name, and those that a scrape holds. */
public final class NamedMetrics {
  /** Prometheus itself makes these. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

  /** Only with HTTPS; the test of certificates looks at it. */
  private static final String WITH_HTTPS = "headwater_serving_certificate_remaining_seconds";

  /** Only where the catalog is divided. */
  private static final String OF_SHARDS = "headwater_serving_shard_";

  private NamedMetrics() {}

  /**
   * Tells whether Flink's reporter, a node with HTTPS or one of a divided catalog exports it rather
   * than every platform.
   */
  public static boolean isElsewhere(String metric) {
    return metric.startsWith("flink_") || metric.startsWith(OF_SHARDS) || metric.equals(WITH_HTTPS);
  }

  /** Returns each metric that is named, with the places that name it. */
  public static Map<String, Set<String>> places() throws IOException {
    Map<String, Set<String>> places = new TreeMap<>();
    for (Dashboard dashboard : Dashboard.all()) {
      dashboard.expressions().forEach(e -> add(places, e, dashboard.file()));
    }
    for (AlertRule rule : AlertRule.all()) {
      add(places, rule.expression(), rule.name());
    }
    places.keySet().removeAll(OF_PROMETHEUS);
    return places;
  }

  private static void add(Map<String, Set<String>> places, String expression, String place) {
    PromQl.metrics(expression)
        .forEach(metric -> places.computeIfAbsent(metric, m -> new TreeSet<>()).add(place));
  }

  /** Returns the names of the samples in Prometheus' text format. */
  public static Set<String> exported(List<String> scrapes) {
    return scrapes.stream()
        .flatMap(String::lines)
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
