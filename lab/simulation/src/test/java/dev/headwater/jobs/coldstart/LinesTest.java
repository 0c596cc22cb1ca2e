package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DeletionHeader;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.store.SimStore;
import dev.headwater.store.sim.CrashingStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinesTest {
  private final Random random = new Random(1);
  private final Log log = new Log(1);
  private long nowMs = 1_700_000_000_000L;
  private SimStore store;

  @BeforeEach
  void open() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(nowMs), ZoneOffset.UTC);
    store = new SimStore(new CrashingStore(random), log, clock, List.of(), random);
    announce("m1");
    accept("i1");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void announce(String bundle) throws Exception {
    store.engine().announceModel("shop", bundle, "sim");
  }

  private void retire(String bundle) throws Exception {
    assertThat(store.engine().retire("shop", bundle, "sim", "sim")).isEqualTo(1);
  }

  /** A row of each item leaves. */
  private static void make(SimColdStart job, int items) throws Exception {
    assertThat(job.readItems(items) && job.encode(items) && job.emit()).isTrue();
  }

  /** The item's row under m1, and one that was made of it under m2. */
  private byte[] carried(SimColdStart job) throws Exception {
    make(job, 1);
    announce("m2");
    job.readAnnouncements();
    job.look();
    readAll(job);
    return Objects.requireNonNull(last("m1"));
  }

  private void write(String bundle, byte @Nullable [] value, Header... headers) {
    write(bundle, "i1", value, headers);
  }

  private void write(String bundle, String item, byte @Nullable [] value, Header... headers) {
    send(Topics.DEFAULT.coldStartRows(), bundle + "/" + item, value, headers);
  }

  private void send(String topic, String key, byte @Nullable [] value, Header... headers) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, ("shop/" + key).getBytes(StandardCharsets.UTF_8), value);
    List.of(headers).forEach(record.headers()::add);
    var unused = new LogProducer(log, () -> nowMs, null, random).send(record);
  }

  /** The thread of the bundles ended there, and nothing said so. */
  @Test
  void whatCannotBeReadToCarryRowsNowIsReadAtTheNextLook() throws Exception {
    try (SimColdStart first = start()) {
      make(first, 1);
    }
    announce("m2");
    try (SimColdStart second = start()) {
      second.away(true);
      second.look();
      assertThat(hasRow("m2")).isFalse();
      second.away(false);
      second.look();
      assertThat(hasRow("m2")).isTrue();
    }
  }

  /** One timeout refused the bundle until the job's end. */
  @Test
  void aBundleThatCannotBeUsedNowIsTriedAgainLater() throws Exception {
    try (SimColdStart job = start()) {
      make(job, 1);
      announce("m2");
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

  /** Found by the simulation: carrying was over before its reader had come to the row. */
  @Test
  void whatCameWhileItsReaderLayBehindIsCarriedBeforeCarryingEnds() throws Exception {
    try (SimColdStart job = start()) {
      EmbeddingRow row = EmbeddingRow.parseFrom(carried(job));
      write("m1", "i2", row.toBuilder().setItem("i2").build().toByteArray());
      nowMs += 600_000;
      job.look();
      readAll(job);
      assertThat(hasRow("m2", "i2")).isTrue();
    }
  }

  /** A row of it stood there for a moment after its deletion was confirmed. */
  @Test
  void whatWasDecidedToBeOverIsNotCarriedThoughItsEndWasNotRead() throws Exception {
    accept("i2");
    try (SimColdStart job = start()) {
      make(job, 2);
      end("i1", nowMs);
      assertThat(job.readItems(1)).isTrue();
      announce("m2");
      job.readAnnouncements();
      job.look();
      assertThat(hasRow("m2", "i2")).as("of another item").isTrue();
      assertThat(hasRow("m2", "i1")).isFalse();
    }
  }

  /** Its row there ended, though the item had not: a late row of the bundle had it looked at. */
  @Test
  void anItemGoesOnThoughTheRowThatItWasCarriedFromEndedWithItsBundle() throws Exception {
    try (SimColdStart job = start()) {
      byte[] row = carried(job);
      retire("m1");
      write("m1", row);
      readAll(job);
      job.look();
      readAll(job);
      assertThat(last("m1")).as("ended by the store").isNull();
      assertThat(last("m2")).isNotNull();
    }
  }

  /** The row of the new text came under the former bundle when that was retired already. */
  @Test
  void aTextThatChangedWhileItsBundleWasRetiredIsCarried() throws Exception {
    try (SimColdStart job = start()) {
      EmbeddingRow row = EmbeddingRow.parseFrom(carried(job));
      retire("m1");
      EmbeddingRow changed = row.toBuilder().setRevision(row.getRevision() + 1).build();
      write("m1", changed.toByteArray());
      readAll(job);
      assertThat(last("m1")).as("ended by the store").isNull();
      job.look();
      readAll(job);
      assertThat(EmbeddingRow.parseFrom(last("m2")).getRevision()).isEqualTo(changed.getRevision());
    }
  }

  /** The domain had one bundle left when the job started, and nobody looked for others' rows. */
  @Test
  void anItemWhoseOnlyRowCameLateUnderARetiredBundleIsCarriedByTheNextAttempt() throws Exception {
    announce("m2");
    try (SimColdStart job = start()) {
      make(job, 1);
      EmbeddingRow row = EmbeddingRow.parseFrom(Objects.requireNonNull(last("m2")));
      announce("m1");
      job.readAnnouncements();
      job.look();
      readAll(job);
      retire("m2");
      write("m2", "i2", row.toBuilder().setItem("i2").build().toByteArray());
      assertThat(store.hasLooked()).isTrue();
    }
    accept("i2");
    try (SimColdStart next = start()) {
      next.look();
      assertThat(hasRow("m1", "i2")).isTrue();
    }
  }

  /** A late row of an item that ended begins it nowhere. */
  @Test
  void anItemThatEndedIsNotCarriedFromALateRow() throws Exception {
    try (SimColdStart job = start()) {
      byte[] row = carried(job);
      retire("m1");
      readAll(job);
      long incarnation = EmbeddingRow.parseFrom(row).getIncarnation();
      write("m2", null, IncarnationHeader.of(incarnation));
      write("m1", row);
      readAll(job);
      job.look();
      readAll(job);
      assertThat(last("m2")).isNull();
    }
    try (SimColdStart again = start()) { // remembers nothing of what it sent
      again.readAnnouncements();
      again.look();
      assertThat(last("m2")).isNull();
    }
  }

  /** Found by the simulation: compaction took the carried text, and no bundle had it any more. */
  @Test
  void noRowIsMadeAgainBehindALaterTextThatIsBeingCarried() throws Exception {
    accept("i2");
    accept("i3");
    try (SimColdStart job = start()) {
      make(job, 3);
      EmbeddingRow row = EmbeddingRow.parseFrom(Objects.requireNonNull(last("m1")));
      learn(row.toBuilder().setItem("i2"));
      learn(row.toBuilder().setItem("i3"));
      announce("m2");
      job.readAnnouncements();
      job.look();
      readAll(job);
      EmbeddingRow changed = row.toBuilder().setRevision(row.getRevision() + 9).build();
      write("m2", changed.toByteArray());
      announce("m1");
      job.readAnnouncements();
      nowMs += 60_000; // rows that nobody clicked are due
      job.look();
      assertThat(EmbeddingRow.parseFrom(last("m1")).getRevision()).isEqualTo(changed.getRevision());
    }
  }

  /** Found by the simulation: a node that read on behind the higher end kept the item for good. */
  @Test
  void theEndOfAnEarlierIncarnationDoesNotKeepTheLastWord() throws Exception {
    try (SimColdStart job = start()) {
      make(job, 1);
    }
    write("m1", null, IncarnationHeader.of(2), DeletionHeader.of(nowMs));
    write("m1", null, IncarnationHeader.of(0));
    try (SimColdStart next = start()) {
      next.look();
      List<ConsumerRecord<byte[], byte[]>> all = log.all(Topics.DEFAULT.coldStartRows());
      Headers last = all.get(all.size() - 1).headers();
      assertThat(IncarnationHeader.read(last)).isEqualTo(2);
      assertThat(DeletionHeader.read(last)).as("whose request it goes back to").isEqualTo(nowMs);
    }
  }

  /**
   * Found by the simulation, seed 24196: that the item had once ended was what the attempt knew
   * that it had decided under the bundle, so the row that was carried there was never said again,
   * and compaction took it.
   */
  @Test
  void aCarriedRowBehindWhichALateEndComesIsSaidAgainThoughTheItemHadEndedBefore()
      throws Exception {
    announce("m2"); // the attempt hears of both, so the item ends under both
    announce("m1");
    try (SimColdStart job = start()) {
      make(job, 1);
      end("i1", nowMs);
      accept("i1", 1);
      make(job, 2);
      announce("m2");
      job.readAnnouncements();
      job.look();
      readAll(job);
      assertThat(incarnation("m2")).isEqualTo(1);
      write("m2", null, IncarnationHeader.of(0));
      readAll(job);
      job.look();
      assertThat(incarnation("m2")).as("said again behind the late end").isEqualTo(1);
    }
  }

  /**
   * The same for its end: an attempt that had not heard of the other bundle ended it there alone.
   */
  @Test
  void anEndIsCarriedThoughTheItemHadEndedUnderTheBundleBefore() throws Exception {
    announce("m2");
    announce("m1");
    try (SimColdStart job = start()) {
      make(job, 1);
      end("i1", nowMs);
      accept("i1", 1);
      make(job, 2);
      write("m1", null, IncarnationHeader.of(1));
      readAll(job);
      announce("m2");
      job.readAnnouncements();
      job.look();
      assertThat(lastEnd("m2")).isEqualTo(1);
    }
  }

  private long lastEnd(String bundle) {
    return log.all(Topics.DEFAULT.coldStartRows()).stream()
        .filter(each -> each.value() == null && Arrays.equals(each.key(), utf8(bundle, "i1")))
        .mapToLong(each -> IncarnationHeader.read(each.headers()))
        .reduce(IncarnationHeader.NONE, (before, last) -> last);
  }

  private long incarnation(String bundle) throws Exception {
    byte[] last = last(bundle);
    return last == null ? -1 : EmbeddingRow.parseFrom(last).getIncarnation();
  }

  private void learn(EmbeddingRow.Builder row) {
    row.setOrigin(EmbeddingRow.Origin.FINE_TUNED).setInteractionsLearned(1_000);
    send(Topics.DEFAULT.fineTunedRows(), "m1/" + row.getItem(), row.build().toByteArray());
  }

  private void readAll(SimColdStart job) throws Exception {
    assertThat(store.hasLooked()).isTrue();
    boolean more = true;
    while (more) {
      more = job.readRows(10);
    }
  }

  private static byte[] utf8(String bundle, String item) {
    return ("shop/" + bundle + "/" + item).getBytes(StandardCharsets.UTF_8);
  }

  private byte @Nullable [] last(String bundle) {
    byte[] last = null;
    for (ConsumerRecord<byte[], byte[]> each : log.all(Topics.DEFAULT.coldStartRows())) {
      last = Arrays.equals(each.key(), utf8(bundle, "i1")) ? each.value() : last;
    }
    return last;
  }

  private void end(String item, long deletedMs) {
    Header[] headers = {DeletionHeader.of(deletedMs), IncarnationHeader.of(0)};
    send(Topics.DEFAULT.acceptedItems(), item, null, headers);
  }

  private SimColdStart start() throws Exception {
    return new SimColdStart(log, SimColdStart.Checkpoint.NONE, () -> nowMs, random, () -> {});
  }

  private void accept(String item) {
    accept(item, 0);
  }

  private void accept(String item, long incarnation) {
    AcceptedItem accepted =
        AcceptedItem.newBuilder()
            .setDomain("shop")
            .setItem(item)
            .setTitle(item)
            .setIncarnation(incarnation)
            .setRevision(incarnation)
            .build();
    send(Topics.DEFAULT.acceptedItems(), item, accepted.toByteArray());
  }

  private boolean hasRow(String bundle) {
    return hasRow(bundle, "i1");
  }

  private boolean hasRow(String bundle, String item) {
    return log.all(Topics.DEFAULT.coldStartRows()).stream()
        .anyMatch(
            record ->
                record.value() != null
                    && new String(record.key(), StandardCharsets.UTF_8)
                        .equals("shop/" + bundle + "/" + item));
  }
}
