package dev.headwater.events.announce;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an {@link AnnouncementWatcher} makes of the records of the two topics of announcements,
 * without a thread of its own. For one thread; the book may be read from others.
 */
public final class AnnouncementReader implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncementReader.class);

  private final AnnouncementBook book = new AnnouncementBook();
  private final Topics topics;
  private final AnnouncementWatcher.Listener listener;
  private final FirstRead first;
  private boolean caughtUp;
  private volatile long logRead;

  /**
   * Creates one that has read nothing.
   *
   * @param name for logs
   * @param settings how to reach Kafka, where the log is that of an older release
   * @param listener hears of changes once what stood there at the start was read
   */
  public AnnouncementReader(
      String name, KafkaSettings settings, AnnouncementWatcher.Listener listener) {
    this.listener = listener;
    topics = settings.topics();
    first = new FirstRead(name, settings, book);
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    takeRecord(record);
    if (record.topic().equals(topics.announcements())) {
      logRead = record.offset() + 1;
    }
  }

  private void takeRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    if (record.value() == null) {
      return;
    }
    try {
      take(record);
    } catch (InvalidProtocolBufferException e) {
      LOG.warn(
          "passed over what is no announcement: {}, offset {}", record.topic(), record.offset());
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws Exception {
    if (record.topic().equals(topics.presentAnnouncements())) {
      AnnouncedDomain sum = AnnouncedDomain.parseFrom(record.value());
      first.onSum(sum);
      AnnouncedState before = book.state(sum.getDomain());
      tell(before, book.take(sum));
    } else {
      Announcement announcement = Announcement.parseFrom(record.value());
      if (!caughtUp) {
        first.onAnnouncement(announcement);
      } else if (!book.isGapBefore(announcement)) {
        AnnouncedState before = book.state(announcement.getDomain());
        tell(before, book.apply(announcement));
      } // else the sum that was written with it is about to come
    }
  }

  private void tell(@Nullable AnnouncedState before, @Nullable AnnouncedState after)
      throws Exception {
    if (caughtUp && after != null && !after.equals(before)) {
      listener.onAnnounced(after);
    }
  }

  @Override
  public void onCaughtUp() throws Exception {
    first.end();
    caughtUp = true;
    for (AnnouncedState state : book.states()) {
      listener.onAnnounced(state);
    }
  }

  /** Returns what announcements said so far. */
  public AnnouncementBook book() {
    return book;
  }

  /** Returns the sums that the topic lacked when the start was read: an older release's domains. */
  public List<AnnouncedDomain> missingSums() {
    return first.missing();
  }

  long logRead() {
    return logRead;
  }

  boolean isReadingAll() {
    return first.isReadingAll();
  }

  int recordsAtStart() {
    return first.records();
  }
}
