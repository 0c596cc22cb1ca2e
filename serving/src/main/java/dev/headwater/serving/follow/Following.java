package dev.headwater.serving.follow;

import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The followers of a node as one: start, how much is loaded, what failed. */
public final class Following implements Progress, AutoCloseable {
  private final List<TopicFollower> followers = new ArrayList<>();
  private volatile @Nullable AnnouncementWatcher watcher;
  private @Nullable TopicFollower catalog;
  private @Nullable TopicFollower rows;
  private boolean closed;

  /**
   * The handlers, one a follower thread.
   *
   * @param announced hears what {@code model-announcements} say
   * @param rows of the three embedding topics
   * @param histories of {@code user-histories}
   * @param catalog of {@code catalog.accepted}
   * @param rejections of {@code dead-letters}
   * @param denials of {@code deny-list}
   * @param deletions of {@code deletion-receipts}, by how far users and items are read
   * @param quality of {@code quality}
   */
  public record Handlers(
      AnnouncementWatcher.Listener announced,
      TopicFollower.Handler rows,
      TopicFollower.Handler histories,
      TopicFollower.Handler catalog,
      RejectionsHandler rejections,
      DenialsHandler denials,
      Function<Reach, DeletionsHandler> deletions,
      QualityHandler quality) {}

  /**
   * Connects all followers and begins to read.
   *
   * @param offsets the next offset to read of each {@code topic/partition} of rows and of the
   *     catalog; one that is not named is read from its beginning
   */
  public Following(KafkaSettings kafka, Handlers handlers, Map<String, Long> offsets) {
    Topics topics = kafka.topics();
    try {
      watcher = new AnnouncementWatcher("serving-announcements", kafka, handlers.announced());
      watcher.start();
      follow(kafka, "denials", List.of(topics.denyList()), handlers.denials());
      catalog =
          new TopicFollower(
                  "serving-catalog",
                  kafka,
                  List.of(topics.acceptedItems()),
                  part -> offsets.get(name(part)),
                  handlers.catalog())
              .start();
      followers.add(catalog);
      // Read after the rows: what no row names then, is named by histories alone.
      TopicFollower histories =
          new TopicFollower(
              "serving-histories", kafka, List.of(topics.userHistories()), handlers.histories());
      followers.add(histories);
      DeletionsHandler deletions =
          handlers.deletions().apply(Reach.of(kafka, List.of(histories, catalog)));
      follow(kafka, "deletions", List.of(topics.deletionReceipts()), deletions);
      follow(kafka, "quality", List.of(topics.quality()), handlers.quality());
      follow(kafka, "rejections", List.of(topics.deadLetters()), handlers.rejections());
      rows =
          new TopicFollower(
                  "serving-rows",
                  kafka,
                  rowTopics(topics),
                  part -> offsets.get(name(part)),
                  new Before(handlers.rows(), () -> begin(histories)))
              .start();
      followers.add(rows);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void follow(
      KafkaSettings kafka, String name, List<String> topics, TopicFollower.Handler handler) {
    followers.add(new TopicFollower("serving-" + name, kafka, topics, handler).start());
  }

  private static List<String> rowTopics(Topics topics) {
    return List.of(topics.coldStartRows(), topics.fineTunedRows(), topics.rollbackRows());
  }

  /** The topics that {@link #offsets} are of. */
  public static List<String> itemTopics(Topics topics) {
    List<String> all = new ArrayList<>(rowTopics(topics));
    all.add(topics.acceptedItems());
    return all;
  }

  private static String name(TopicPartition part) {
    return part.topic() + "/" + part.partition();
  }

  /**
   * Returns the next offset to read of each {@code topic/partition} of rows and of the catalog,
   * once this is closed; empty where a follower failed or is still at it, so that what it writes
   * may be half done.
   */
  public Map<String, Long> offsets() {
    if (catalog == null
        || rows == null
        || !followers.stream().allMatch(TopicFollower::hasEndedWell)) {
      return Map.of();
    }
    Map<String, Long> offsets = new HashMap<>();
    catalog.positions().forEach((part, next) -> offsets.put(name(part), next));
    rows.positions().forEach((part, next) -> offsets.put(name(part), next));
    return offsets;
  }

  private synchronized void begin(TopicFollower follower) {
    if (!closed) {
      follower.start();
    }
  }

  /** Begins with something when a handler has caught up. */
  private record Before(TopicFollower.Handler handler, Runnable next)
      implements TopicFollower.Handler {
    @Override
    public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
      handler.onRecord(record);
    }

    @Override
    public void onBatchEnd() throws Exception {
      handler.onBatchEnd();
    }

    @Override
    public void onTick() throws Exception {
      handler.onTick();
    }

    @Override
    public void onCaughtUp() throws Exception {
      handler.onCaughtUp();
      next.run();
    }
  }

  @Override
  public double fractionLoaded() {
    return followers.stream().mapToDouble(TopicFollower::fractionLoaded).min().orElse(0);
  }

  /** Returns how many records wait to be taken in, over all topics. */
  public double lagRecords() {
    return followers.stream().mapToLong(TopicFollower::lagRecords).sum();
  }

  @Override
  public boolean isAnnounced() {
    AnnouncementWatcher now = watcher;
    return now != null && now.isCaughtUp();
  }

  /** Tells whether a bundle was retired, as far as announcements were read. */
  public boolean isRetired(String domain, String model) {
    AnnouncementWatcher now = watcher;
    return now != null && now.book().isRetired(domain, model);
  }

  @Override
  public Duration staleness() {
    AnnouncementWatcher now = watcher;
    Duration watching = now == null ? Duration.ZERO : now.staleness();
    return later(watching, furthest(TopicFollower::staleness));
  }

  @Override
  public Duration behind() {
    AnnouncementWatcher now = watcher;
    Duration watching = now == null ? Duration.ZERO : now.behind();
    return later(watching, furthest(TopicFollower::behind));
  }

  private static Duration later(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private Duration furthest(Function<TopicFollower, Duration> of) {
    return followers.stream().map(of).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  @Override
  public @Nullable Exception failure() {
    AnnouncementWatcher now = watcher;
    Exception watching = now == null ? null : now.failure();
    if (watching != null) {
      return watching;
    }
    return followers.stream()
        .map(TopicFollower::failure)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    AnnouncementWatcher now = watcher;
    if (now != null) {
      now.close();
    }
    followers.forEach(TopicFollower::close);
  }
}
