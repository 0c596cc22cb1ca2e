package dev.headwater.serving.follow;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The followers of a node as one: start, how much is loaded, what failed. */
public final class Following implements AutoCloseable {
  private final List<TopicFollower> followers = new ArrayList<>();

  /**
   * The handlers, one a follower thread.
   *
   * @param announcements of {@code model-announcements}
   * @param rows of the three embedding topics
   * @param histories of {@code user-histories}
   * @param catalog of {@code catalog.accepted}
   * @param rejections of {@code dead-letters}
   */
  public record Handlers(
      AnnouncementsHandler announcements,
      RowsHandler rows,
      HistoriesHandler histories,
      CatalogHandler catalog,
      RejectionsHandler rejections) {}

  /** Connects all followers and begins to read. */
  public Following(KafkaSettings kafka, Handlers handlers) {
    Topics topics = kafka.topics();
    List<String> rowTopics =
        List.of(topics.coldStartRows(), topics.fineTunedRows(), topics.rollbackRows());
    try {
      follow(kafka, "announcements", List.of(topics.announcements()), handlers.announcements());
      follow(kafka, "catalog", List.of(topics.acceptedItems()), handlers.catalog());
      follow(kafka, "histories", List.of(topics.userHistories()), handlers.histories());
      follow(kafka, "rejections", List.of(topics.deadLetters()), handlers.rejections());
      follow(kafka, "rows", rowTopics, handlers.rows());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void follow(
      KafkaSettings kafka, String name, List<String> topics, TopicFollower.Handler handler) {
    followers.add(new TopicFollower("serving-" + name, kafka, topics, handler).start());
  }

  /** Returns the part of the topics, as they stood at the start, that was taken in; 0 to 1. */
  public double fractionLoaded() {
    return followers.stream().mapToDouble(TopicFollower::fractionLoaded).min().orElse(0);
  }

  /** Returns what stopped a follower, or null while all are well. */
  public @Nullable Exception failure() {
    return followers.stream()
        .map(TopicFollower::failure)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    followers.forEach(TopicFollower::close);
  }
}
