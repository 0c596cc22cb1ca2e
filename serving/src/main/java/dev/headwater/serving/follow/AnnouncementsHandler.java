package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes in {@code model-announcements}. Only the newest announcement of a domain matters, so those
 * read at start are remembered until the end of the topic is reached.
 */
public final class AnnouncementsHandler implements TopicFollower.Handler {
  private final Domains domains;
  private final ViewSwitcher switcher;
  private final FollowMetrics metrics;
  private final Map<String, Announcement> newest = new LinkedHashMap<>();
  private boolean caughtUp;

  /** Creates one that tells {@code switcher} what to serve. */
  public AnnouncementsHandler(Domains domains, ViewSwitcher switcher, FollowMetrics metrics) {
    this.domains = domains;
    this.switcher = switcher;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() != null) {
        Announcement announcement = Announcement.parseFrom(record.value());
        newest.put(announcement.getDomain(), announcement);
      }
    } catch (InvalidProtocolBufferException e) {
      metrics.onUndecodable(record.topic());
    }
  }

  @Override
  public void onBatchEnd() {
    if (caughtUp) {
      tell();
    }
  }

  @Override
  public void onCaughtUp() {
    caughtUp = true;
    tell();
  }

  private void tell() {
    newest.values().forEach(this::tell);
    newest.clear();
  }

  private void tell(Announcement announcement) {
    Domain domain = domains.follow(announcement.getDomain());
    if (domain != null) {
      domain.announcement(announcement);
      switcher.announced(domain, announcement);
    }
  }
}
