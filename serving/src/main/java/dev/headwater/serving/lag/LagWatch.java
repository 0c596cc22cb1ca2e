package dev.headwater.serving.lag;

import dev.headwater.client.answers.LagReport;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.TopicWriter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Measures lag without a serving node: publishes heartbeats of its own and reads the topics from
 * where they end. It knows every hop but serving, and its end-to-end is until the row can be read.
 * Thread-safe.
 */
public final class LagWatch implements AutoCloseable {
  private final HeartbeatConfig config;
  private final TopicWriter writer;
  private final Heartbeats heartbeats;
  private final TopicFollower follower;

  /**
   * Connects and sends the first heartbeats.
   *
   * @throws dev.headwater.events.kafka.KafkaUnavailableException when a topic is missing
   */
  public LagWatch(
      KafkaSettings kafka,
      Collection<String> domains,
      HeartbeatConfig config,
      Clock clock,
      RandomGenerator random) {
    this.config = config;
    Topics topics = kafka.topics();
    writer = new TopicWriter(kafka);
    heartbeats = new Heartbeats(config, writer, topics, new SimpleMeterRegistry(), clock, random);
    try {
      follower =
          new TopicFollower(
              "lag-watch",
              kafka,
              List.of(
                  topics.userHistories(),
                  topics.acceptedItems(),
                  topics.coldStartRows(),
                  topics.fineTunedRows(),
                  topics.rollbackRows()),
              partition -> TopicFollower.END,
              heartbeats.tap(record -> {}));
    } catch (RuntimeException e) {
      heartbeats.close();
      writer.close();
      throw e;
    }
    follower.start();
    List<String> all = List.copyOf(domains);
    heartbeats.start(() -> all);
  }

  /** Returns how late every hop but serving is now. */
  public LagReport report() {
    LagReport all = heartbeats.report();
    return new LagReport(
        all.node(),
        all.atMs(),
        all.intervalMs(),
        all.hops().stream().filter(hop -> !hop.hop().equals(Hop.SERVING.code())).toList());
  }

  /** Tells whether every hop has either passed a heartbeat in every partition or has stopped. */
  public boolean isJudged() {
    LagReport report = report();
    return !report.hops().isEmpty()
        && report.hops().stream()
            .allMatch(
                hop ->
                    hop.lastHeartbeatMs() > 0
                        || hop.state().equals(HopState.STOPPED.code())
                        || isBehindStopped(report, hop));
  }

  private static boolean isBehindStopped(LagReport report, LagReport.HopReading hop) {
    return report.hops().stream()
        .anyMatch(
            other ->
                other.domain().equals(hop.domain())
                    && other.path().equals(hop.path())
                    && other.hop().equals(Hop.END_TO_END.code())
                    && other.state().equals(HopState.STOPPED.code()));
  }

  /** Returns how long judging takes at most, milliseconds. */
  public long judgedWithinMs() {
    return config.stoppedMs() + 2 * config.interval().toMillis();
  }

  /** Stops sending and reading. */
  @Override
  public void close() {
    heartbeats.close();
    follower.close();
    writer.close();
  }
}
