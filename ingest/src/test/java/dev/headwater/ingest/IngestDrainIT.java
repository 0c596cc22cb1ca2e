package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.Interaction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever stops ingest is told whether what was in hand was finished. */
@Timeout(120)
class IngestDrainIT {
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  @TempDir private Path stateDir;

  /** The stream thread hangs at the first click that it accepts. */
  private final class Hanging extends SimpleMeterRegistry {
    @Override
    protected Counter newCounter(Meter.Id id) {
      if (!id.getName().equals("headwater.ingest.accepted")) {
        return super.newCounter(id);
      }
      return new CumulativeCounter(id) {
        @Override
        public void increment(double amount) {
          stuck.countDown();
          await(go);
          super.increment(amount);
        }
      };
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void whatIsNotFinishedInTimeIsToldAndWhatIsIsNot() throws Exception {
    try (IngestHarness harness = new IngestHarness();
        IngestService service =
            new IngestService(
                IngestConfig.of(stateDir, IngestHarness.DOMAINS),
                harness.kafka,
                new Hanging(),
                Clock.systemUTC())) {
      service.start();
      assertThat(service.awaitRunning(Duration.ofSeconds(60))).isTrue();
      harness.click(Interaction.click("e1", "toys", "u1", "i1", 1_700_000_000_000L));
      assertThat(await(stuck)).isTrue();
      assertThat(service.stop(Duration.ofMillis(200))).isFalse();
      go.countDown();
      assertThat(service.stop(Duration.ofSeconds(60))).isTrue();
    } finally {
      go.countDown();
    }
  }
}
