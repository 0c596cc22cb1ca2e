package dev.headwater.events.announce;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code model-announcements} and tells a listener whenever what a domain serves changed.
 * The listener is called on the watcher's thread, once for each domain when the log as it stood at
 * the start has been read, then for each change.
 */
public final class AnnouncementWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncementWatcher.class);

  private final AnnouncementBook book = new AnnouncementBook();
  private final Listener listener;
  private final TopicFollower follower;

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
    this.listener = listener;
    follower =
        new TopicFollower(name, settings, List.of(settings.topics().announcements()), handler());
  }

  private TopicFollower.Handler handler() {
    return new TopicFollower.Handler() {
      private boolean caughtUp;

      @Override
      public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
        if (record.value() == null) {
          return;
        }
        Announcement announcement;
        try {
          announcement = Announcement.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
          LOG.warn("passed over what is no announcement, offset {}", record.offset());
          return;
        }
        AnnouncedState before = book.state(announcement.getDomain());
        AnnouncedState after = book.apply(announcement);
        if (caughtUp && after != null && !after.equals(before)) {
          listener.onAnnounced(after);
        }
      }

      @Override
      public void onCaughtUp() throws Exception {
        caughtUp = true;
        for (AnnouncedState state : book.states()) {
          listener.onAnnounced(state);
        }
      }
    };
  }

  /** Begins to read. */
  public AnnouncementWatcher start() {
    follower.start();
    return this;
  }

  /** Waits until the log as it stood at the start has been read; false when time is over. */
  public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
    return follower.awaitCaughtUp(atMost);
  }

  /** Returns what announcements said so far. */
  public AnnouncementBook book() {
    return book;
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
