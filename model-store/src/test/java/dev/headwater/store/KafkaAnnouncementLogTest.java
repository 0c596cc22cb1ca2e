package dev.headwater.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RetiredHeader;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Brokers that answer late: found with all brokers killed and on a machine far too busy. */
class KafkaAnnouncementLogTest {
  private static final Announcement FIRST = Announcement.newBuilder().setDomain("toys").build();
  private static final AnnouncedDomain SUM = AnnouncedDomain.getDefaultInstance();

  private final LateProducer producer = new LateProducer();
  private long nowNanos;
  private final KafkaAnnouncementLog log =
      new KafkaAnnouncementLog(
          Topics.DEFAULT, producer, Duration.ofMinutes(14), () -> nowNanos, null);

  @Test
  void aCommitWithoutAnAnswerIsAskedForAgain() {
    producer.late = 1;
    log.announce(FIRST, SUM);
    assertThat(producer.history()).as("the announcement and the sum").hasSize(2);
    log.announce(FIRST, SUM);
    assertThat(producer.history()).hasSize(4);
  }

  /** Before, each later cycle failed in beginTransaction, for good, and nobody was told why. */
  @Test
  void aCommitThatIsNeverAnsweredAsksForARestart() {
    producer.late = Integer.MAX_VALUE;
    assertFails("the announcement log did not take it");
    assertFails("restart the store");
  }

  /** Compaction keeps the last record of a topic: it must be the one that counts there. */
  @Test
  void whatIsSaidOnceMoreGoesWhereItStood() {
    EmbeddingRow.Builder row =
        EmbeddingRow.newBuilder().setDomain("toys").setModel("m1").setItem("a");
    log.correct(
        List.of(
            row.setOrigin(EmbeddingRow.Origin.FINE_TUNED).build(),
            row.setOrigin(EmbeddingRow.Origin.ROLLBACK).build()),
        Stream.of(true, false)
            .map(
                retired ->
                    new RowRecord(
                        RowRecord.Kind.COLD,
                        new Keys.RowKey("toys", "m0", "a"),
                        0,
                        -1,
                        0,
                        0,
                        7,
                        retired,
                        false,
                        null))
            .toList());
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .startsWith("embeddings.fine-tuned", "embeddings.rollback", "embeddings.cold-start");
    List<ProducerRecord<byte[], byte[]>> ends = producer.history().subList(2, 4);
    assertThat(ends)
        .allSatisfy(
            end -> {
              assertThat(end.key()).isEqualTo("toys/m0/a".getBytes(UTF_8));
              assertThat(end.value()).isNull();
              assertThat(IncarnationHeader.read(end.headers())).isEqualTo(7);
            });
    assertThat(ends)
        .extracting(end -> RetiredHeader.isOn(end.headers()))
        .as("of a bundle that is gone, of an item that is")
        .containsExactly(true, false);
  }

  /** A broker that was killed ended the store: two of three go on, and so does the next cycle. */
  @Test
  void whatTheBrokersDidNotTakeMayBeTriedAgain() {
    producer.commitTransactionException = new KafkaException("can no longer retry; abort");
    assertThatThrownBy(() -> log.announce(FIRST, SUM))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.LOG_UNAVAILABLE));
    producer.commitTransactionException = null;
    log.announce(FIRST, SUM);
    assertThat(producer.history()).as("the announcement and the sum").hasSize(2);
  }

  /**
   * Both look the same to a producer: of the only store it was believed that a newer had started.
   */
  @Test
  void aTransactionWhoseTimeIsOverIsToldFromANewerStore() {
    producer.commitTransactionException = new ProducerFencedException("the epoch is old");
    assertThatThrownBy(
            () ->
                log.rollBack(
                    sink -> {
                      sink.accept(EmbeddingRow.newBuilder().setDomain("toys").build());
                      nowNanos += Duration.ofMinutes(15).toNanos();
                    },
                    FIRST,
                    SUM))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.STORAGE_FAILED))
        .hasMessageContaining("took 900 s");
    assertThat(log.refusal()).hasMessageContaining("restart the store");
    assertFails("restart the store");
  }

  @Test
  void aStoreAfterWhichANewerStartedSaysSo() {
    assertThat(log.refusal()).isNull();
    producer.commitTransactionException = new ProducerFencedException("the epoch is old");
    assertThatThrownBy(() -> log.announce(FIRST, SUM)).hasMessageContaining("no longer primary");
    assertThat(log.refusal())
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.NOT_PRIMARY));
  }

  @Test
  void aRetiredBundleEndsInAllTopicsOfRowsWithItsAnnouncement() {
    Announcement retired =
        Announcement.newBuilder()
            .setDomain("toys")
            .setModel("old")
            .setKind(Announcement.Kind.RETIRED)
            .build();
    log.retire(sink -> sink.accept("kite", 7), retired, SUM);
    assertThat(producer.history())
        .filteredOn(record -> record.value() == null)
        .allMatch(record -> RetiredHeader.isOn(record.headers()))
        .extracting(record -> record.topic() + " " + new String(record.key(), UTF_8))
        .containsExactly(
            Topics.DEFAULT.coldStartRows() + " toys/old/kite",
            Topics.DEFAULT.fineTunedRows() + " toys/old/kite",
            Topics.DEFAULT.rollbackRows() + " toys/old/kite",
            Topics.DEFAULT.fineTunedRows() + " toys/old/~ranker",
            Topics.DEFAULT.rollbackRows() + " toys/old/~ranker");
    assertThat(IncarnationHeader.read(producer.history().get(0).headers())).isEqualTo(7);
    assertThat(producer.history()).as("with the announcement and the sum").hasSize(7);
  }

  /** Readers of the topic stood at the open transaction, and no later one could be begun. */
  @Test
  void rowsThatCannotBeMadeLeaveNoTransactionOpen() {
    assertThatThrownBy(
            () ->
                log.rollBack(
                    sink -> {
                      sink.accept(EmbeddingRow.newBuilder().setDomain("toys").build());
                      throw new StoreException(StoreException.Code.CORRUPT, "a row is broken");
                    },
                    FIRST,
                    SUM))
        .hasMessageContaining("a row is broken");
    assertThat(producer.transactionAborted()).isTrue();
    log.announce(FIRST, SUM);
    assertThat(producer.history()).as("the announcement and the sum").hasSize(2);
  }

  /** A standby whose brokers do not answer yet stands by on. */
  @Test
  void whoeverCannotBecomePrimaryNowMayTryAgain() {
    MockProducer<byte[], byte[]> silent =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    silent.initTransactionException = new TimeoutException("no answer within 8 s");
    assertThatThrownBy(
            () ->
                new KafkaAnnouncementLog(
                    Topics.DEFAULT, silent, Duration.ofMinutes(14), () -> nowNanos, null))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.LOG_UNAVAILABLE));
  }

  private void assertFails(String words) {
    assertThatThrownBy(() -> log.announce(FIRST, SUM))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.STORAGE_FAILED))
        .hasMessageContaining(words);
  }

  /** Answers so many commits too late, and then takes nothing but the commit, as the real one. */
  private static final class LateProducer extends MockProducer<byte[], byte[]> {
    private int late;
    private boolean pending;

    LateProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void commitTransaction() {
      if (late > 0) {
        late--;
        pending = true;
        throw new TimeoutException("no answer within 8 s");
      }
      pending = false;
      super.commitTransaction();
    }

    @Override
    public void abortTransaction() {
      requireNothingPending();
      super.abortTransaction();
    }

    @Override
    public void beginTransaction() {
      requireNothingPending();
      super.beginTransaction();
    }

    private void requireNothingPending() {
      if (pending) {
        throw new IllegalStateException("the previous call to commitTransaction must be retried");
      }
    }
  }
}
