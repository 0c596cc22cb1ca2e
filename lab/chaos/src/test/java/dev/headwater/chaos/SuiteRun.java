package dev.headwater.chaos;

import dev.headwater.configuration.Home;
import dev.headwater.platform.parts.CachedBundle;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs faults as the verb does, with its defaults. */
final class SuiteRun {
  private static final Logger LOG = LoggerFactory.getLogger(SuiteRun.class);
  private static final double CLICKS_PER_SECOND = 100;
  private static final double ITEMS_PER_SECOND = 2;

  private SuiteRun() {}

  static ChaosReport of(@Nullable String brokers) throws Exception {
    String only = System.getProperty("cluster.fault", "");
    Path bundle =
        CachedBundle.generated()
            .get(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    return new ChaosRun(
            new ChaosRun.Options(
                Home.directory().resolve("var/chaos"),
                bundle,
                brokers,
                only.isEmpty() ? List.of() : List.of(only.split(",", -1)),
                Integer.getInteger("cluster.times", 1),
                CLICKS_PER_SECOND,
                ITEMS_PER_SECOND,
                new Faults.Sizes(Duration.ofSeconds(60), 1_000_000, 1_000_000),
                Integer.getInteger("cluster.workers", 1),
                ChaosRun.ONE_START,
                null),
            line -> LOG.warn("{}", line))
        .run(report -> {});
  }
}
