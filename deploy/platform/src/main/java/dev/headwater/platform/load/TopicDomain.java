package dev.headwater.platform.load;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.platform.report.VerbException;
import java.time.Duration;
import java.util.List;

/**
 * A domain as its topics hold it: items of {@code catalog.accepted}, what users took by {@code
 * user-histories}. Read once, committed records only, to the end as it stood at the start.
 *
 * @param data its items and events
 * @param oneIn one user in so many was taken, so that the events find room
 */
public record TopicDomain(DomainData data, int oneIn) {
  /** Text vectors of so many items take two gigabytes. */
  private static final int ITEMS_MAX = 1_000_000;

  private static final Duration STALL = Duration.ofSeconds(30);

  /**
   * Reads it.
   *
   * @param eventsMax most events to hold; with more, some users are left out
   * @throws VerbException with the code of a {@link TuningProblem} where there is no such domain
   */
  public static TopicDomain read(KafkaSettings kafka, String domain, int eventsMax)
      throws InterruptedException {
    Topics topics = kafka.topics();
    List<String> read = List.of(topics.deletions(), topics.acceptedItems(), topics.userHistories());
    DomainRecords records = new DomainRecords(domain, topics, eventsMax, ITEMS_MAX);
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      var unused = admin.partitions(read);
      try (TopicFollower follower = new TopicFollower("tuning-" + domain, kafka, read, records)) {
        await(follower.start());
      }
    } catch (KafkaUnavailableException e) {
      throw TuningProblem.KAFKA_UNAVAILABLE.says(String.valueOf(e.getMessage()));
    }
    return of(domain, records, topics);
  }

  private static void await(TopicFollower follower) throws InterruptedException {
    double before = -1;
    while (!follower.awaitCaughtUp(STALL)) {
      Exception failure = follower.failure();
      if (failure instanceof VerbException said) {
        throw said;
      }
      if (failure != null) {
        throw TuningProblem.KAFKA_UNAVAILABLE.says("the topics cannot be read: " + failure);
      }
      double now = follower.fractionLoaded();
      if (now <= before) {
        throw TuningProblem.KAFKA_UNAVAILABLE.says(
            "nothing was read for %d s, at %.0f %% of the topics"
                .formatted(STALL.toSeconds(), 100 * now));
      }
      before = now;
    }
  }

  /** What was read, or why it is nothing to tune on. */
  static TopicDomain of(String domain, DomainRecords records, Topics topics) {
    if (records.historyRecords() == 0) {
      throw TuningProblem.EMPTY_TOPIC.says(
          "topic %s holds no history: were clicks published, and does ingest run?"
              .formatted(topics.userHistories()));
    }
    if (!records.domains().contains(domain)) {
      throw TuningProblem.UNKNOWN_DOMAIN.says(
          "no item and no history of domain '%s' in the topics; there are: %s"
              .formatted(domain, String.join(", ", records.domains())));
    }
    DomainData data = records.domain();
    if (data.events().isEmpty()) {
      throw TuningProblem.TOO_FEW_EVENTS.says(
          "nobody's history names an item of domain %s that is in its catalog".formatted(domain));
    }
    return new TopicDomain(data, records.oneIn());
  }

  /** Returns how many users there are. */
  public long users() {
    return data.events().stream().map(Event::user).distinct().count();
  }
}
