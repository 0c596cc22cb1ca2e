package dev.headwater.events.announce;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AnnouncedDomain;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows the announcements and tells a listener whenever what a domain serves changed. The
 * listener is called on the watcher's thread, once for each domain when everything that stood there
 * at the start has been read, then for each change.
 *
 * <p>At the start it reads what is announced at present, one record a domain, and the end of the
 * log: however long the log is, it reads no more of it. Only where the store is of an older release
 * and wrote no such record, the log is read as a whole, once.
 */
public final class AnnouncementWatcher implements AutoCloseable {
  /** Offsets at the end of the log that are read: the audit shows them. */
  static final long LOG_END = 2_000;

  private final Topics topics;
  private final TopicFollower follower;
  private final AnnouncementReader reader;

  /** Hears of changes. An exception stops the watcher. */
  @FunctionalInterface
  public interface Listener {
    /** Called with what the domain shall serve from now on. */
    void onAnnounced(AnnouncedState state) throws Exception;
  }

  /**
   * Prepares a watcher; {@link #start()} begins to read.
   *
   * @param name for the thread and for logs
   * @param settings how to reach Kafka
   * @param listener hears of changes
   */
  public AnnouncementWatcher(String name, KafkaSettings settings, Listener listener) {
    topics = settings.topics();
    reader = new AnnouncementReader(name, settings, listener);
    follower =
        new TopicFollower(
            name,
            settings,
            List.of(topics.presentAnnouncements(), topics.announcements()),
            this::from,
            reader);
  }

  private @Nullable Long from(TopicPartition partition) {
    return partition.topic().equals(topics.announcements()) ? -LOG_END : null;
  }

  /** Begins to read. */
  public AnnouncementWatcher start() {
    follower.start();
    return this;
  }

  /**
   * Waits until everything as it stood at the start has been read; false when time is over. The
   * time that the log of an older release takes does not count.
   */
  public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
    boolean done = follower.awaitCaughtUp(atMost);
    while (!done && reader.isReadingAll() && failure() == null) {
      done = follower.awaitCaughtUp(atMost);
    }
    return done;
  }

  /** Tells whether the start has been read, and the listener has heard of what stood there. */
  public boolean isCaughtUp() {
    return follower.isCaughtUp();
  }

  /** Returns what announcements said so far. */
  public AnnouncementBook book() {
    return reader.book();
  }

  /** Returns how far the log of announcements was read: this offset is the next. */
  public long logRead() {
    return reader.logRead();
  }

  /** Returns the sums that the topic lacked when the start was read: an older release's domains. */
  public List<AnnouncedDomain> missingSums() {
    return reader.missingSums();
  }

  /** Returns how many records the start read, the log of an older release left out. */
  public int recordsAtStart() {
    return reader.recordsAtStart();
  }

  /** Returns how old what it knows is: {@link TopicFollower#staleness()}. */
  public Duration staleness() {
    return follower.staleness();
  }

  /** Returns how far it is behind while brokers answer: {@link TopicFollower#behind()}. */
  public Duration behind() {
    return follower.behind();
  }

  /** Returns what stopped the watcher, or null while it is well. */
  public @Nullable Exception failure() {
    return follower.failure();
  }

  @Override
  public void close() {
    follower.close();
  }
}
