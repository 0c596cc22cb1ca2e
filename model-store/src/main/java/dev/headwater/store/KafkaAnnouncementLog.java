package dev.headwater.store;

import com.google.protobuf.Message;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RetiredHeader;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.AnnouncementLog;
import dev.headwater.store.cycle.JournalEntry;
import dev.headwater.store.table.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The announcement log on Kafka. Each call is one transaction under one transactional id for all
 * stores of the installation: a store that starts fences the one before it at the broker, so an
 * older primary cannot announce, however long it was paused. Readers read committed records only.
 * Thread-safe.
 *
 * <p>A rollback is one transaction whatever its size: the trainer goes on under the new generation
 * as soon as it reads a row of it, so that rows still to come would be overtaken. It has as long as
 * brokers allow. Nobody but readers of the rollback topic waits meanwhile; a retirement ends rows
 * in the other two topics as well, and their readers wait until it is whole. A store that starts
 * ends the transaction of one that died.
 */
final class KafkaAnnouncementLog implements AnnouncementLog {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaAnnouncementLog.class);
  private static final Duration BLOCK_MAX = Duration.ofSeconds(8);
  private static final int COMMIT_ATTEMPTS = 2;

  /** A little below what brokers allow as they are shipped, 15 minutes. */
  private static final Duration TRANSACTION_MAX = Duration.ofMinutes(14);

  private final Topics topics;
  private final RowLog rowLog;
  private final Producer<byte[], byte[]> producer;
  private final Duration transactionMax;
  private final LongSupplier nanos;
  private boolean fenced;
  private boolean broken;
  private volatile @Nullable StoreException refusal;
  private final @Nullable JournalWriter journal;

  /** Connects and becomes primary. */
  KafkaAnnouncementLog(KafkaSettings settings) {
    this(settings, null);
  }

  /**
   * Connects and becomes primary.
   *
   * @param journal notes for a standby; null: there is none
   */
  KafkaAnnouncementLog(KafkaSettings settings, @Nullable JournalWriter journal) {
    this(settings.topics(), connect(settings), TRANSACTION_MAX, System::nanoTime, journal);
  }

  /** Becomes primary with this producer, whose transactions end after a time. */
  KafkaAnnouncementLog(
      Topics topics,
      Producer<byte[], byte[]> producer,
      Duration transactionMax,
      LongSupplier nanos,
      @Nullable JournalWriter journal) {
    this.journal = journal;
    this.topics = topics;
    rowLog = new RowLog(topics);
    this.producer = producer;
    this.transactionMax = transactionMax;
    this.nanos = nanos;
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      // Brokers that do not answer now may do so in a moment.
      boolean mayPass = e instanceof RetriableException;
      throw new StoreException(
          mayPass ? StoreException.Code.LOG_UNAVAILABLE : StoreException.Code.STORAGE_FAILED,
          "cannot become primary: " + e.getMessage(),
          e);
    }
  }

  private static Producer<byte[], byte[]> connect(KafkaSettings settings) {
    Topics topics = settings.topics();
    Properties properties = settings.producer();
    properties.put("transactional.id", topics.prefix() + "headwater-model-store");
    properties.put("transaction.timeout.ms", Long.toString(TRANSACTION_MAX.toMillis()));
    properties.put("max.block.ms", Long.toString(BLOCK_MAX.toMillis()));
    properties.put("delivery.timeout.ms", "10000");
    properties.put("request.timeout.ms", "5000");
    properties.put("linger.ms", "0");
    properties.put("batch.size", Integer.toString(256 << 10));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void announce(Announcement announcement, AnnouncedDomain sum) {
    transact(
        out -> {
          out.accept(record(announcement));
          out.accept(record(sum));
        });
  }

  @Override
  public void sum(AnnouncedDomain sum) {
    transact(out -> out.accept(record(sum)));
  }

  @Override
  public void rollBack(RowSource rows, Announcement announcement, AnnouncedDomain sum) {
    transact(
        out -> {
          rows.each(row -> out.accept(record(topics.rollbackRows(), row)));
          out.accept(record(announcement));
          out.accept(record(sum));
        });
  }

  @Override
  public void retire(EndSource ends, Announcement announcement, AnnouncedDomain sum) {
    String domain = announcement.getDomain();
    String model = announcement.getModel();
    transact(
        out -> {
          ends.each(
              (item, incarnation) -> {
                byte[] key = utf8(Keys.of(domain, model, item));
                out.accept(ended(topics.coldStartRows(), key, incarnation));
                out.accept(ended(topics.fineTunedRows(), key, incarnation));
                out.accept(ended(topics.rollbackRows(), key, incarnation));
              });
          byte[] ranker = utf8(Keys.of(domain, model, Identifiers.RANKER_ITEM));
          out.accept(ended(topics.fineTunedRows(), ranker, IncarnationHeader.NONE));
          out.accept(ended(topics.rollbackRows(), ranker, IncarnationHeader.NONE));
          out.accept(record(announcement));
          out.accept(record(sum));
        });
  }

  private static ProducerRecord<byte[], byte[]> ended(String topic, byte[] key, long incarnation) {
    return tombstone(topic, key, incarnation, true);
  }

  private static ProducerRecord<byte[], byte[]> tombstone(
      String topic, byte[] key, long incarnation, boolean retired) {
    ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>(topic, key, null);
    if (retired) {
      tombstone.headers().add(RetiredHeader.header());
    }
    if (incarnation != IncarnationHeader.NONE) {
      tombstone.headers().add(IncarnationHeader.of(incarnation));
    }
    return tombstone;
  }

  @Override
  public void correct(List<EmbeddingRow> rows, List<RowRecord> ends) {
    if (rows.isEmpty() && ends.isEmpty()) {
      return;
    }
    transact(
        out -> {
          rows.forEach(row -> out.accept(record(topicOf(row), row)));
          ends.forEach(
              end ->
                  out.accept(
                      tombstone(
                          rowLog.topic(end.kind()),
                          utf8(end.key().toString()),
                          end.endedIncarnation(),
                          end.retired())));
        });
  }

  private String topicOf(EmbeddingRow row) {
    return row.getOrigin() == EmbeddingRow.Origin.FINE_TUNED
        ? topics.fineTunedRows()
        : topics.rollbackRows();
  }

  @Override
  public void receipt(DeletionReceipt receipt) {
    byte[] key = utf8(receipt.key());
    transact(
        out -> out.accept(new ProducerRecord<>(topics.deletionReceipts(), key, receipt.toJson())));
  }

  @Override
  public void note(JournalEntry.Deed deed, Map<String, Long> offsets) {
    if (journal != null) {
      journal.note(deed, offsets);
    }
  }

  /** Says that this store is there and has read so far; with it go the notes that wait. */
  void progress(Map<String, Long> offsets) {
    if (journal != null) {
      journal.progress(offsets);
      transact(out -> {});
    }
  }

  private ProducerRecord<byte[], byte[]> record(Announcement announcement) {
    return record(topics.announcements(), announcement.getDomain(), announcement);
  }

  private ProducerRecord<byte[], byte[]> record(AnnouncedDomain sum) {
    return record(topics.presentAnnouncements(), sum.getDomain(), sum);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, EmbeddingRow row) {
    return record(topic, Keys.of(row.getDomain(), row.getModel(), row.getItem()), row);
  }

  private ProducerRecord<byte[], byte[]> record(JournalEntry entry) {
    return new ProducerRecord<>(topics.storeJournal(), utf8(entry.key()), entry.toJson());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, Message value) {
    return new ProducerRecord<>(topic, utf8(key), value.toByteArray());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private synchronized void transact(Consumer<Consumer<ProducerRecord<byte[], byte[]>>> writes) {
    if (fenced) {
      throw notPrimary("a newer store has started");
    }
    if (broken) {
      throw new StoreException(
          StoreException.Code.STORAGE_FAILED,
          "the outcome of an announcement is not known: restart the store, it reads the log again");
    }
    long beganNanos = nanos.getAsLong();
    try {
      producer.beginTransaction();
      List<JournalEntry> notes = journal == null ? List.of() : journal.waiting();
      notes.forEach(each -> send(record(each)));
      writes.accept(record -> send(record));
      commit();
      if (journal != null) {
        journal.written(notes);
      }
    } catch (KafkaException e) {
      if (isFencing(e)) {
        throw lost(e, Duration.ofNanos(nanos.getAsLong() - beganNanos));
      }
      abort(e);
    } catch (RuntimeException e) { // what was to be written could not be made
      takeBack(e);
      throw e;
    }
  }

  /** Readers wait for whatever a transaction that is left open began. */
  private void takeBack(RuntimeException cause) {
    if (journal != null) {
      journal.aborted();
    }
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      cause.addSuppressed(e);
      broken = true;
      var unused =
          refuse(
              new StoreException(
                  StoreException.Code.STORAGE_FAILED,
                  "a transaction could not be taken back: restart the store",
                  e));
    }
  }

  /**
   * Brokers tell a producer of whose transaction the time is over the same as one after which a
   * newer has started. Which it was is not known then; after a restart the log says it.
   */
  private StoreException lost(KafkaException cause, Duration took) {
    if (took.compareTo(transactionMax) < 0) {
      fenced = true;
      return refuse(notPrimary(cause.toString()));
    }
    broken = true;
    return refuse(
        new StoreException(
            StoreException.Code.STORAGE_FAILED,
            "a transaction took %d s and was ended by the brokers: restart the store"
                .formatted(took.toSeconds()),
            cause));
  }

  private StoreException refuse(StoreException why) {
    refusal = why;
    return why;
  }

  @Override
  public @Nullable StoreException refusal() {
    return refusal;
  }

  /** A commit whose answer did not come in time may be asked for again, and nothing else may. */
  private void commit() {
    for (int attempt = 1; ; attempt++) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        if (attempt == COMMIT_ATTEMPTS) {
          throw e;
        }
        LOG.warn("the announcement log does not answer; its commit is asked for again", e);
      }
    }
  }

  /** Errors of single sends make the commit fail, so that none is lost. */
  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (place, failure) -> {
              if (journal != null && failure == null) {
                journal.appended(place);
              }
            });
  }

  private void abort(KafkaException cause) {
    if (journal != null) {
      journal.aborted();
    }
    StoreException.Code code = StoreException.Code.LOG_UNAVAILABLE;
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      // The latter after a commit without an answer: it can no longer be taken back.
      cause.addSuppressed(e);
      // Whether it was appended is not known, and such a producer is of no more use. Health shows
      // it; a restart of the store makes a new one and reads the log to its end first.
      broken = true;
      code = StoreException.Code.STORAGE_FAILED;
    }
    StoreException why =
        new StoreException(
            code, "the announcement log did not take it: " + cause.getMessage(), cause);
    throw broken ? refuse(why) : why;
  }

  private static boolean isFencing(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private static StoreException notPrimary(String why) {
    return new StoreException(StoreException.Code.NOT_PRIMARY, "no longer primary: " + why);
  }

  @Override
  public synchronized void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
