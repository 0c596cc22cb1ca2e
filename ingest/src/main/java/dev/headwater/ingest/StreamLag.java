package dev.headwater.ingest;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** How many records wait for stream threads, as their consumers know it. */
final class StreamLag {
  private StreamLag() {}

  static long records(KafkaStreams streams) {
    return streams.metrics().values().stream()
        .filter(metric -> isLag(metric.metricName()))
        .mapToLong(StreamLag::positive)
        .sum();
  }

  private static boolean isLag(MetricName name) {
    return "records-lag".equals(name.name())
        && !String.valueOf(name.tags().get("client-id")).contains("restore");
  }

  private static long positive(Metric metric) {
    return metric.metricValue() instanceof Double lag && lag > 0 ? lag.longValue() : 0;
  }
}
