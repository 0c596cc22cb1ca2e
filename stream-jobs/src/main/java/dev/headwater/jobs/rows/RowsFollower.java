package dev.headwater.jobs.rows;

import dev.headwater.events.RowRecord;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;

/**
 * Reads the embedding topics from their beginning and then follows them, for one domain and model.
 * The listener is called on the follower's thread. Nothing is checkpointed: a restart reads again.
 */
public final class RowsFollower implements RowFeed {
  private final TopicFollower follower;

  /** Takes records. */
  public interface Listener {
    /** Called for each record of the domain and model, in offset order of a partition. */
    void onRow(RowRecord record) throws Exception;
  }

  /**
   * Positions the reader; {@link #start} begins.
   *
   * @param name for the thread and for logs
   * @param settings how to reach Kafka
   * @param model the domain and model whose rows count; others are skipped
   * @param listener takes the rows
   */
  public RowsFollower(String name, KafkaSettings settings, DomainModel model, Listener listener) {
    RowsReader reader = new RowsReader(settings.topics(), model, listener);
    this.follower = new TopicFollower(name, settings, reader.topics(), reader);
  }

  /** Begins to read. */
  public RowsFollower start() {
    follower.start();
    return this;
  }

  @Override
  public boolean isCaughtUp() {
    return follower.isCaughtUp();
  }

  @Override
  public boolean isLevel() {
    return follower.isLevel();
  }

  @Override
  public void requireHealthy() {
    Exception failure = follower.failure();
    if (failure != null) {
      throw new IllegalStateException("the reader of the embedding topics stopped", failure);
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
