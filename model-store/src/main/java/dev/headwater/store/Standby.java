package dev.headwater.store;

import dev.headwater.events.RowLog;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.store.cycle.ItemDeletion;
import dev.headwater.store.cycle.JournalEntry;
import dev.headwater.store.cycle.StoreEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does that stands by: entry by entry of the primary's journal it reads announcements
 * and rows as far as the entry says, and does the same. {@link #follow} ends when the primary is
 * gone, {@link #finish} does the rest of what it wrote once it can write no more. For one thread.
 */
final class Standby implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Standby.class);
  private static final int WAITING_MAX = 10_000;
  private static final Duration STALE = Duration.ofSeconds(2);
  private static final Duration ASK_EVERY = Duration.ofMillis(500);
  private static final Duration FINISH_MAX = Duration.ofSeconds(5);
  private static final long POLL_MS = 50;

  private final KafkaSettings kafka;
  private final StoreEngine engine;
  private final AnnouncementWatcher announcements;
  private final PrimaryWatch watch;
  private final PeerHealth peer;
  private final RowHandler handler;
  private final BoundedRows rows;
  private final TopicFollower journal;
  private final BlockingQueue<JournalEntry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Runnable dropCopies;
  private final ExecutorService purging =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "store-standby-purge");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable CompletableFuture<PrimaryWatch.Peer> asked;
  private PrimaryWatch.@Nullable Peer answer;
  private long askedNs;
  private boolean requestsRead;
  private final AtomicLong purges = new AtomicLong();
  private final AtomicLong purged = new AtomicLong();
  private @Nullable JournalEntry halfway;
  private volatile boolean closed;

  /**
   * Prepares to follow.
   *
   * @param since from when on the journal is read
   * @param dropCopies drops snapshots that may hold what was deleted
   */
  Standby(
      KafkaSettings kafka,
      StoreEngine engine,
      AnnouncementWatcher announcements,
      PrimaryWatch watch,
      PeerHealth peer,
      Instant since,
      Runnable dropCopies) {
    this.kafka = kafka;
    this.engine = engine;
    this.announcements = announcements;
    this.watch = watch;
    this.peer = peer;
    this.dropCopies = dropCopies;
    RowLog log = new RowLog(kafka.topics());
    handler = new RowHandler(engine, log, null);
    String topic = kafka.topics().storeJournal();
    Map<TopicPartition, Long> from = offsetsAt(kafka, topic, since);
    journal = new TopicFollower("store-journal", kafka, List.of(topic), from::get, new Reader());
    rows = new BoundedRows(kafka, log.topics(), engine.store().offsets());
    journal.start();
  }

  private static Map<TopicPartition, Long> offsetsAt(
      KafkaSettings kafka, String topic, Instant since) {
    Properties properties = kafka.consumer();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<TopicPartition, Long> times = new HashMap<>();
      for (PartitionInfo info : consumer.partitionsFor(topic)) {
        times.put(new TopicPartition(topic, info.partition()), since.toEpochMilli());
      }
      Map<TopicPartition, Long> offsets = new HashMap<>();
      Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
      times
          .keySet()
          .forEach(
              partition -> {
                OffsetAndTimestamp at = found.get(partition);
                offsets.put(partition, at == null ? TopicFollower.END : at.offset());
              });
      return offsets;
    }
  }

  /** Hands the journal's entries over; those that stood there at the start are no sign of life. */
  private final class Reader implements TopicFollower.Handler {
    @Override
    public void onRecord(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
      JournalEntry entry = record.value() == null ? null : JournalEntry.read(record.value());
      if (entry == null) {
        LOG.warn("passed over what is no entry of the journal, offset {}", record.offset());
        return;
      }
      while (!closed && !waiting.offer(entry, POLL_MS, TimeUnit.MILLISECONDS)) {
        LOG.trace("{} entries wait", WAITING_MAX);
      }
      if (journal.isCaughtUp()) {
        watch.heard();
      }
    }
  }

  /** Returns what reads the journal. */
  TopicFollower journal() {
    return journal;
  }

  /** Tells whether the primary has written to the journal of late. */
  boolean hearsThePrimary() {
    return !watch.isSuspect();
  }

  /** Returns how many entries wait. */
  int waiting() {
    return waiting.size();
  }

  /**
   * Follows the primary.
   *
   * @param idle called when nothing waits
   * @return whether it is gone; false when closed
   */
  boolean follow(Runnable idle) throws InterruptedException {
    deleteWhatWasAsked();
    while (!closed) {
      JournalEntry begun = halfway;
      JournalEntry entry = begun == null ? waiting.poll(POLL_MS, TimeUnit.MILLISECONDS) : begun;
      if (entry != null && !isOvertaken(entry)) {
        replay(entry, () -> closed || isGone());
      } else if (entry == null && journal.isCaughtUp()) {
        idle.run();
      }
      if (isGone()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Requests to delete that the journal tells no more, or not yet; how far the primary has written
   * receipts is for the journal to say all the same.
   */
  private void deleteWhatWasAsked() throws InterruptedException {
    if (requestsRead) {
      return;
    }
    Map<String, Long> done = engine.store().offsets();
    try (TopicFollower requests =
        new TopicFollower(
                "store-standby-deletions",
                kafka,
                List.of(kafka.topics().deletions()),
                partition -> done.get(partition.topic() + "/" + partition.partition()),
                this::deleteAsAsked)
            .start()) {
      while (!closed && !requests.awaitCaughtUp(ASK_EVERY)) {
        if (requests.failure() != null) {
          throw new IllegalStateException("requests to delete cannot be read", requests.failure());
        }
      }
    }
    requestsRead = true;
    purgeSoon();
  }

  private void deleteAsAsked(ConsumerRecord<byte[], byte[]> record) {
    ItemDeletion request = DeletionHandler.ofItem(record);
    if (request != null) {
      engine.deleteFromSight(request);
    }
  }

  /** Where more entries wait, how far the primary had read is said by those as well. */
  private boolean isOvertaken(JournalEntry entry) {
    return entry.deed().kind() == JournalEntry.Kind.PROGRESS && !waiting.isEmpty();
  }

  /**
   * Does what the primary wrote before it was fenced, up to the first entry of this node. What
   * takes too long is left: this node then lacks versions, and reads rows on as a primary does.
   */
  void finish(String node) throws InterruptedException {
    long deadline = System.nanoTime() + FINISH_MAX.toNanos();
    JournalEntry entry = halfway;
    while (System.nanoTime() < deadline) {
      if (entry != null && entry.node().equals(node)) {
        return;
      }
      if (entry != null) {
        replay(entry, () -> System.nanoTime() >= deadline);
      }
      entry = waiting.poll(POLL_MS, TimeUnit.MILLISECONDS);
    }
    LOG.warn("takes over {} entries behind the one before it", waiting.size());
  }

  private void replay(JournalEntry entry, BooleanSupplier stopped) {
    halfway = entry;
    while (announcements.logRead() < entry.announced()) {
      if (stopped.getAsBoolean()) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS / 10));
    }
    engine.flush(); // what a rollback begins is noted before rows behind it are taken
    if (!rows.advance(entry.offsets(), handler::onRecord, handler::onBatchEnd, stopped)) {
      return;
    }
    // What is not out of the files counts as asked for again by whoever starts from this directory.
    engine.replay(purged.get() == purges.get() ? entry : entry.withoutOffsets());
    halfway = null;
    if (entry.deed().kind() == JournalEntry.Kind.DELETED) {
      purgeSoon();
    }
  }

  private void purgeSoon() {
    long ticket = purges.incrementAndGet();
    var unused = purging.submit(() -> purge(ticket));
  }

  private void purge(long ticket) {
    try {
      engine.purge(dropCopies);
      purged.set(ticket);
    } catch (RuntimeException e) {
      LOG.warn("what was deleted is not out of the files yet: {}", e.toString());
    }
  }

  private boolean isGone() {
    if (!journal.isCaughtUp() || journal.staleness().compareTo(STALE) > 0) {
      watch.heard(); // it is this node that hears nothing
    }
    if (!watch.isSuspect()) {
      answer = null;
      return false;
    }
    CompletableFuture<PrimaryWatch.Peer> pending = asked;
    if (pending == null && System.nanoTime() - askedNs > ASK_EVERY.toNanos()) {
      askedNs = System.nanoTime();
      asked = peer.ask();
    } else if (pending != null && pending.isDone()) {
      answer = pending.join();
      asked = null;
    }
    return answer != null && watch.isGone(answer);
  }

  /** Reads nothing more; what was deleted may still be on its way out of the files. */
  void endReading() {
    closed = true;
    journal.close();
    rows.close();
    purging.shutdown();
  }

  /** Stops reading; what was read stays. */
  @Override
  public void close() {
    endReading();
    try {
      if (!purging.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("what was deleted is still being taken out of the files");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends {@link #follow} soon; from any thread. */
  void stop() {
    closed = true;
  }
}
