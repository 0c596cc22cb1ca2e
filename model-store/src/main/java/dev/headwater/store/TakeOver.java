package dev.headwater.store;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.store.table.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the place of the primary: the fence first, so that nobody announces beside; then what the
 * one before wrote until then is read to its end. From the fence on it writes to the journal twice
 * a second, so that whoever stands by next knows that this node is at work, and so that this one,
 * should it hang, learns that it was replaced.
 */
final class TakeOver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);
  private static final Duration HEARTBEAT = Duration.ofMillis(500);
  private static final Duration READ_MAX = Duration.ofSeconds(60);

  private final KafkaSettings kafka;
  private final String node;
  private final JournalWriter journal;
  private final KafkaAnnouncementLog log;
  private final ScheduledExecutorService heartbeat =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "store-heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  private TakeOver(
      KafkaSettings kafka, String node, JournalWriter journal, KafkaAnnouncementLog log) {
    this.kafka = kafka;
    this.node = node;
    this.journal = journal;
    this.log = log;
  }

  /**
   * Fences whoever announces.
   *
   * @param announced how far this node has read the announcement log
   * @param offsets how far it has read rows, asked from another thread
   * @throws StoreException when the brokers do not let it; it may be tried again
   */
  static TakeOver begin(
      KafkaSettings kafka, String node, long announced, Supplier<Map<String, Long>> offsets) {
    JournalWriter journal = new JournalWriter(node, kafka.topics(), announced);
    KafkaAnnouncementLog log = new KafkaAnnouncementLog(kafka, journal);
    try {
      log.progress(Map.of());
    } catch (StoreException e) {
      log.close();
      throw e;
    }
    TakeOver taking = new TakeOver(kafka, node, journal, log);
    var unused =
        taking.heartbeat.scheduleWithFixedDelay(
            () -> taking.beat(offsets), 0, HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    return taking;
  }

  private void beat(Supplier<Map<String, Long>> offsets) {
    try {
      log.progress(offsets.get());
    } catch (RuntimeException e) {
      LOG.debug("not in the journal: {}", e.toString());
    }
  }

  /**
   * Does what the predecessor wrote until it was fenced, and reads what it announced.
   *
   * @param book takes what was announced
   * @return sums that an older release's store did not write
   */
  List<AnnouncedDomain> finish(Standby following, AnnouncementBook book)
      throws InterruptedException {
    try (AnnouncementWatcher last =
        new AnnouncementWatcher("store-take-over", kafka, state -> {})) {
      awaitAll(last);
      following.finish(node);
      AnnouncementBook said = last.book();
      said.domains().forEach(domain -> book.take(said.sum(domain)));
      journal.read(last.logRead());
      return last.missingSums();
    }
  }

  /** Begins to read what is announced, and waits until all of it was read. */
  static void awaitAll(AnnouncementWatcher watcher) throws InterruptedException {
    if (!watcher.start().awaitCaughtUp(READ_MAX)) {
      throw new StoreException(
          StoreException.Code.STORAGE_FAILED,
          "what is announced could not be read within " + READ_MAX.toSeconds() + " s");
    }
  }

  /** Returns the log by which this node announces. */
  KafkaAnnouncementLog log() {
    return log;
  }

  /** Ends the heartbeat; the log is its user's to close. */
  @Override
  public void close() {
    heartbeat.shutdown();
    try {
      if (!heartbeat.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a heartbeat is still being written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
