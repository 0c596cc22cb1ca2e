package dev.headwater.serving.follow;

import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The followers of a node as one: start, how much is loaded, what failed. */
public final class Following implements Progress, AutoCloseable {
  private final List<TopicFollower> followers = new ArrayList<>();
  private volatile @Nullable AnnouncementWatcher watcher;
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
   * @param rowOffsets the next offset to read of each {@code topic/partition} of rows; one that is
   *     not named is read from its beginning
   */
  public Following(KafkaSettings kafka, Handlers handlers, Map<String, Long> rowOffsets) {
    Topics topics = kafka.topics();
    List<String> rowTopics =
        List.of(topics.coldStartRows(), topics.fineTunedRows(), topics.rollbackRows());
    try {
      watcher = new AnnouncementWatcher("serving-announcements", kafka, handlers.announced());
      watcher.start();
      follow(kafka, "denials", List.of(topics.denyList()), handlers.denials());
      TopicFollower catalog =
          new TopicFollower(
                  "serving-catalog", kafka, List.of(topics.acceptedItems()), handlers.catalog())
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
      followers.add(
          new TopicFollower(
                  "serving-rows",
                  kafka,
                  rowTopics,
                  part -> rowOffsets.get(part.topic() + "/" + part.partition()),
                  new Before(handlers.rows(), () -> begin(histories)))
              .start());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void follow(
      KafkaSettings kafka, String name, List<String> topics, TopicFollower.Handler handler) {
    followers.add(new TopicFollower("serving-" + name, kafka, topics, handler).start());
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
