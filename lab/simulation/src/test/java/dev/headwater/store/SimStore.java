package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementReader;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.cycle.EngineParts;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.cycle.StoreMetrics;
import dev.headwater.store.cycle.Surroundings;
import dev.headwater.store.cycle.TableValidator;
import dev.headwater.store.cycle.WithdrawConfig;
import dev.headwater.store.sim.CrashingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.WriteSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A store node as {@link StoreService} puts it together, over a disk that crashes. */
public final class SimStore implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final RowLog ROWS = new RowLog(TOPICS);
  private static final int PAGE = 5;

  private final CrashingStore disk;
  private final Random random;
  private final LogProducer producer;
  private final KafkaAnnouncementLog log;
  private final AnnouncementReader announced;
  private final LogReader announcements;
  private final LogReader rows;
  private final LogReader requests;
  private final DeletionHandler deletions;
  private final StoreEngine engine;

  /** Becomes primary, reads what is announced, and takes over what it finds on the disk. */
  public SimStore(
      CrashingStore disk, Log topics, Clock clock, List<TableValidator> validators, Random random)
      throws Exception {
    this.disk = disk;
    this.random = random;
    producer = new LogProducer(topics, clock::millis, "store", random);
    log = new KafkaAnnouncementLog(TOPICS, producer, Duration.ofMinutes(14), () -> 0, null);
    announced = new AnnouncementReader("store", KafkaSettings.of("unused:1"), state -> {});
    announcements =
        new LogReader(
            topics, List.of(TOPICS.presentAnnouncements(), TOPICS.announcements()), Map.of());
    readAnnouncements();
    announced.onCaughtUp();
    engine =
        new StoreEngine(
            new EngineParts(
                disk,
                log,
                announced.book(),
                validators,
                Surroundings.NONE,
                new StoreMetrics(new SimpleMeterRegistry()),
                clock),
            new CycleConfig(
                Duration.ofSeconds(5),
                SimStore::some,
                Duration.ofSeconds(10),
                3,
                new WithdrawConfig(true, 3),
                1000),
            ROWS);
    engine.publishSums(announced.missingSums());
    engine.takeOver();
    rows = new LogReader(topics, ROWS.topics(), disk.offsets());
    requests = new LogReader(topics, List.of(TOPICS.deletions()), disk.offsets());
    deletions = new DeletionHandler(engine, () -> {});
  }

  /** The newest three, the served one, and every third before them. */
  private static NavigableSet<Long> some(List<SealedVersion> versions, long served, long nowMs) {
    NavigableSet<Long> kept = new TreeSet<>();
    for (int i = Math.max(0, versions.size() - 12); i < versions.size(); i++) {
      long version = versions.get(i).version();
      if (i >= versions.size() - 3 || version % 3 == 0) {
        kept.add(version);
      }
    }
    versions.stream().map(SealedVersion::version).filter(v -> v == served).forEach(kept::add);
    return kept;
  }

  /** Sets how often disk and log fail. */
  public void failing(double ofDisk, double ofLog) {
    disk.failing(ofDisk);
    producer.failing(ofLog);
  }

  /** Reads all that is announced. */
  public void readAnnouncements() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : announcements.pollAll()) {
      announced.onRecord(record);
    }
  }

  /** Takes some rows of one topic and writes them. */
  public boolean readRows(int max) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> read = rows.poll(max, random);
    for (ConsumerRecord<byte[], byte[]> record : read) {
      RowRecord row = ROWS.read(record);
      if (row == null) {
        engine.passOver(record.topic(), record.partition(), record.offset());
      } else {
        engine.take(row);
      }
    }
    engine.flush();
    if (read.isEmpty()) {
      engine.caughtUp();
    }
    return !read.isEmpty();
  }

  /** Of a store whose disk or log has failed; half of a write may be there. */
  private static final List<Code> FAILURES =
      List.of(Code.STORAGE_FAILED, Code.NOT_PRIMARY, Code.LOG_UNAVAILABLE, Code.CORRUPT);

  /** What its reader of rows does where others have failed, until somebody ends it. */
  public void readOn() throws Exception {
    try {
      var unused = readRows(10);
    } catch (StoreException e) {
      assertThat(e.code()).isIn(FAILURES);
    }
  }

  /** Tells whether it read all rows, and said again what had to be; false where it has failed. */
  public boolean hasLooked() throws Exception {
    boolean more = true;
    while (more && !isDead()) {
      readAnnouncements();
      more = readRows(100);
    }
    AtomicInteger owed = new AtomicInteger();
    engine
        .store()
        .scanInputs(WriteSet.InputKind.CORRECTION, (table, item, bytes) -> owed.incrementAndGet());
    return !isDead() && owed.get() == 0;
  }

  /** Carries out some deletions. */
  public boolean readDeletions(int max) {
    List<ConsumerRecord<byte[], byte[]>> read = requests.poll(max, random);
    read.forEach(deletions::onRecord);
    deletions.onBatchEnd();
    return !read.isEmpty();
  }

  /** Returns the engine. */
  public StoreEngine engine() {
    return engine;
  }

  /** Reads a version as nodes do, page by page until nothing comes after the last item. */
  public void readVersion(long version, Consumer<EmbeddingRow> each) {
    String after = "";
    while (true) {
      List<EmbeddingRow> page = engine.rows(version, after, PAGE);
      page.forEach(each);
      String last = page.isEmpty() ? after : page.get(page.size() - 1).getItem();
      if (last.equals(after)) {
        return;
      }
      after = last;
    }
  }

  /** Whether it must be started again. */
  public boolean isDead() {
    return disk.isBroken() || log.refusal() != null;
  }

  @Override
  public void close() {
    engine.close();
  }
}
