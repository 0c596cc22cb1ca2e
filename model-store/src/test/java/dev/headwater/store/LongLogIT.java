package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start beside a long announcement log. How long it is may be said by {@code
 * -Dheadwater.announcements=5000000}; what is measured is printed.
 */
class LongLogIT {
  private static final int COUNT = Integer.getInteger("headwater.announcements", 20_000);

  /** Longer ones are not read whole: nobody but a store after an older release does. */
  private static final int READ_WHOLE_MAX = 1_000_000;

  private static final byte[] KEY = "toys".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  @Test
  void aStartReadsNoMoreOfALongLogThanItsEnd() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      KafkaSettings kafka = KafkaSettings.of(broker.bootstrap());
      try (TopicAdmin admin = new TopicAdmin(kafka)) {
        admin.create(1);
      }
      AnnouncedDomain sum = write(kafka);
      if (COUNT <= READ_WHOLE_MAX) {
        assertThat(readAsOfAnOlderRelease(kafka)).isEqualTo(sum);
      }
      try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
        String topic = kafka.topics().presentAnnouncements();
        producer.send(new ProducerRecord<>(topic, KEY, sum.toByteArray())).get();
      }
      long began = System.nanoTime();
      try (AnnouncementWatcher watcher = new AnnouncementWatcher("new", kafka, state -> {})) {
        assertThat(watcher.start().awaitCaughtUp(Duration.ofSeconds(60))).isTrue();
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        System.out.printf("%d announcements: start in %d ms%n", COUNT, tookMs);
        assertThat(watcher.recordsAtStart()).as("however long the log is").isLessThan(2_100);
        assertThat(watcher.missingSums()).isEmpty();
        assertServed(watcher);
      }
      startStore(kafka);
    }
  }

  private void startStore(KafkaSettings kafka) throws Exception {
    StoreConfig config = StoreConfig.defaults(directory.resolve("store"));
    long began = System.nanoTime();
    try (StoreService store =
        StoreService.start(kafka, config, new SimpleMeterRegistry(), Clock.systemUTC())) {
      long tookMs = (System.nanoTime() - began) / 1_000_000;
      System.out.printf("%d announcements: a store is up in %d ms%n", COUNT, tookMs);
      assertThat(store.failure()).isNull();
      assertThat(store.engine().book().highestVersion()).isEqualTo(COUNT);
    }
  }

  /** Without a sum everything is read, once, however long it takes. */
  private static AnnouncedDomain readAsOfAnOlderRelease(KafkaSettings kafka) throws Exception {
    long began = System.nanoTime();
    try (AnnouncementWatcher watcher = new AnnouncementWatcher("old", kafka, state -> {})) {
      assertThat(watcher.start().awaitCaughtUp(Duration.ofSeconds(60))).isTrue();
      long tookMs = (System.nanoTime() - began) / 1_000_000;
      System.out.printf("%d announcements: all of them read in %d ms%n", COUNT, tookMs);
      assertServed(watcher);
      assertThat(watcher.missingSums()).hasSize(1);
      return watcher.missingSums().get(0);
    }
  }

  private static void assertServed(AnnouncementWatcher watcher) {
    AnnouncedState state = watcher.book().state("toys");
    assertThat(state).isNotNull();
    assertThat(watcher.book().sequence("toys")).isEqualTo(COUNT);
    assertThat(watcher.book().highestVersion()).isEqualTo(COUNT);
  }

  /** Returns what a store would have written beside the last of them. */
  private static AnnouncedDomain write(KafkaSettings kafka) {
    AnnouncementBook book = new AnnouncementBook();
    Announcement.Builder next =
        Announcement.newBuilder()
            .setDomain("toys")
            .setModel("m1")
            .setModelVersion("m1")
            .setKind(Announcement.Kind.ANNOUNCED);
    for (int partition = 0; partition < 37; partition++) {
      next.putOffsets("embeddings.cold-start/" + partition, 1_000_000L + partition);
    }
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      for (int i = 1; i <= COUNT; i++) {
        Announcement announcement =
            next.setSequence(i).setTableVersion(i).setAnnouncedVersion(i).build();
        byte[] value = announcement.toByteArray();
        var unused =
            producer.send(new ProducerRecord<>(kafka.topics().announcements(), KEY, value));
        book.apply(announcement);
      }
    }
    return book.sum("toys");
  }

  private static KafkaProducer<byte[], byte[]> producer(KafkaSettings kafka) {
    Properties properties = kafka.producer();
    properties.put("compression.type", "lz4");
    properties.put("batch.size", Integer.toString(512 << 10));
    properties.put("linger.ms", "5");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
