package dev.headwater.serving;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.serving.bench.ServeBench;
import dev.headwater.serving.bench.ServeBenchConfig;
import java.nio.file.Path;

/**
 * Runs the bench against a broker of its own: bundle, items, users, rps, rows a second, seconds,
 * mode. The launcher's {@code bench serve} does the same.
 */
final class ServeBenchMain {
  private ServeBenchMain() {}

  public static void main(String[] args) throws Exception {
    ServeBenchConfig config =
        new ServeBenchConfig(
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4]),
            Integer.parseInt(args[5]),
            ServeBenchConfig.Mode.of(args[6]),
            Path.of(args[0]),
            10,
            512,
            Placement.CPU);
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      System.out.println(
          ServeBench.run(config, KafkaSettings.of(broker.bootstrap())).toPrettyString());
    }
  }
}
