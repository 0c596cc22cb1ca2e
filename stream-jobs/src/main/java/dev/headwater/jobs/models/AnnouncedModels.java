package dev.headwater.jobs.models;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code model-announcements}: an announcement without table version makes its bundle the
 * domain's model, and so does the first announcement of a domain. Thread-safe.
 */
public final class AnnouncedModels implements ModelWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedModels.class);

  private final Map<String, String> models = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> all = new ConcurrentHashMap<>();
  private final TopicFollower follower;

  private AnnouncedModels(String name, KafkaSettings kafka) {
    follower =
        new TopicFollower(name, kafka, List.of(kafka.topics().announcements()), this::onRecord);
  }

  /** Reads the topic to its end, then follows it. */
  public static ModelWatch open(String name, KafkaSettings kafka, Duration atMost)
      throws InterruptedException {
    AnnouncedModels watch = new AnnouncedModels(name, kafka);
    watch.follower.start();
    if (!watch.follower.awaitCaughtUp(atMost)) {
      watch.close();
      throw new IllegalStateException("the announcements were not read within " + atMost);
    }
    return watch;
  }

  private void onRecord(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      Announcement a = Announcement.parseFrom(record.value());
      if (a.getKind() != Announcement.Kind.ANNOUNCED || a.getModelVersion().isEmpty()) {
        return;
      }
      all.computeIfAbsent(a.getDomain(), domain -> ConcurrentHashMap.newKeySet())
          .add(a.getModelVersion());
      if (a.getTableVersion() == 0) {
        models.put(a.getDomain(), a.getModelVersion());
      } else {
        models.putIfAbsent(a.getDomain(), a.getModelVersion());
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.warn("skipped what is no announcement, offset {}", record.offset());
    }
  }

  @Override
  public String model(String domain, String otherwise) {
    return models.getOrDefault(domain, otherwise);
  }

  @Override
  public Set<String> all(String domain) {
    return Set.copyOf(all.getOrDefault(domain, Set.of()));
  }

  @Override
  public void close() {
    follower.close();
  }
}
