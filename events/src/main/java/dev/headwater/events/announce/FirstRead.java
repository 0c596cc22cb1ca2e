package dev.headwater.events.announce;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a watcher reads at its start: the sums, then the end of the log over them. Where a sum and
 * the end of the log do not join, the log is that of an older release and is read as a whole.
 */
final class FirstRead {
  private static final Logger LOG = LoggerFactory.getLogger(FirstRead.class);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  private final String name;
  private final KafkaSettings settings;
  private final AnnouncementBook book;
  private final List<Announcement> logEnd = new ArrayList<>();
  private final Map<String, Long> sums = new HashMap<>();
  private int sumRecords;
  private volatile List<AnnouncedDomain> missing = List.of();
  private volatile boolean readingAll;
  private volatile int records;

  FirstRead(String name, KafkaSettings settings, AnnouncementBook book) {
    this.name = name;
    this.settings = settings;
    this.book = book;
  }

  void onSum(AnnouncedDomain sum) {
    sumRecords++;
    sums.merge(sum.getDomain(), sum.getSequence(), Math::max);
  }

  void onAnnouncement(Announcement announcement) {
    logEnd.add(announcement);
  }

  /** Joins both; called once. */
  void end() throws InterruptedException {
    records = sumRecords + logEnd.size();
    if (!joins()) {
      readAll();
    }
    logEnd.clear();
    List<AnnouncedDomain> without = new ArrayList<>();
    for (String domain : book.domains()) {
      if (book.sequence(domain) > sums.getOrDefault(domain, -1L)) {
        without.add(book.sum(domain));
      }
    }
    missing = List.copyOf(without);
  }

  private boolean joins() {
    for (Announcement announcement : logEnd) {
      if (book.isGapBefore(announcement)) {
        return false;
      }
      book.apply(announcement);
    }
    return true;
  }

  private void readAll() throws InterruptedException {
    readingAll = true;
    LOG.warn("the announcements are those of an older release: all of them are read, this once");
    try (TopicFollower all =
        new TopicFollower(
                name + "-all",
                settings,
                List.of(settings.topics().announcements()),
                record -> {
                  if (record.value() != null) {
                    book.apply(Announcement.parseFrom(record.value()));
                  }
                })
            .start()) {
      while (!all.awaitCaughtUp(SAY_EVERY)) {
        if (all.failure() != null) {
          throw new IllegalStateException("the announcements cannot be read", all.failure());
        }
        LOG.info("{} of the announcements are read", all.fractionLoaded());
      }
    } finally {
      readingAll = false;
    }
  }

  /** Returns how many records were read, but for the log of an older release. */
  int records() {
    return records;
  }

  boolean isReadingAll() {
    return readingAll;
  }

  List<AnnouncedDomain> missing() {
    return missing;
  }
}
