package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.store.SimStore;
import dev.headwater.store.sim.CrashingStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class LinesTest {
  private final Random random = new Random(1);
  private final Log log = new Log(1);
  private long nowMs = 1_700_000_000_000L;

  /** The thread of the bundles ended there, and nothing said so. */
  @Test
  void whatCannotBeReadToCarryRowsNowIsReadAtTheNextLook() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(nowMs), ZoneOffset.UTC);
    try (SimStore store = new SimStore(new CrashingStore(random), log, clock, List.of(), random)) {
      store.engine().announceModel("shop", "m1", "sim");
      accept("i1");
      try (SimColdStart first = start()) {
        assertThat(first.readItems(1) && first.encode(1) && first.emit()).isTrue();
      }
      store.engine().announceModel("shop", "m2", "sim");
      try (SimColdStart second = start()) {
        second.away(true);
        second.look();
        assertThat(hasRow("m2")).isFalse();
        second.away(false);
        second.look();
        assertThat(hasRow("m2")).isTrue();
      }
    }
  }

  /** One timeout refused the bundle until the job's end. */
  @Test
  void aBundleThatCannotBeUsedNowIsTriedAgainLater() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(nowMs), ZoneOffset.UTC);
    try (SimStore store = new SimStore(new CrashingStore(random), log, clock, List.of(), random)) {
      store.engine().announceModel("shop", "m1", "sim");
      accept("i1");
      try (SimColdStart job = start()) {
        assertThat(job.readItems(1) && job.encode(1) && job.emit()).isTrue();
        store.engine().announceModel("shop", "m2", "sim");
        job.readAnnouncements();
        job.away(true);
        job.look();
        job.away(false);
        job.look();
        assertThat(hasRow("m2")).as("not at each look").isFalse();
        nowMs += 60_000;
        job.look();
        assertThat(hasRow("m2")).isTrue();
      }
    }
  }

  private SimColdStart start() throws Exception {
    return new SimColdStart(log, SimColdStart.Checkpoint.NONE, () -> nowMs, random, () -> {});
  }

  private void accept(String item) {
    byte[] value =
        AcceptedItem.newBuilder()
            .setDomain("shop")
            .setItem(item)
            .setTitle(item)
            .build()
            .toByteArray();
    var unused =
        new LogProducer(log, () -> nowMs, null, random)
            .send(
                new ProducerRecord<>(
                    Topics.DEFAULT.acceptedItems(),
                    ("shop/" + item).getBytes(StandardCharsets.UTF_8),
                    value));
  }

  private boolean hasRow(String bundle) {
    return log.all(Topics.DEFAULT.coldStartRows()).stream()
        .anyMatch(
            record ->
                record.value() != null
                    && new String(record.key(), StandardCharsets.UTF_8)
                        .equals("shop/" + bundle + "/i1"));
  }
}
