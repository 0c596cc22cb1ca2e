package dev.headwater.jobs.rows;

import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the embedding topics from their beginning and then follows them, for one domain and model.
 * The listener is called on the follower's thread. Nothing is checkpointed: a restart reads again.
 */
public final class RowsFollower implements RowFeed {
  private static final Logger LOG = LoggerFactory.getLogger(RowsFollower.class);

  private final DomainModel model;
  private final RowLog rows;
  private final Listener listener;
  private final LongAdder undecodable = new LongAdder();
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
    this.model = model;
    this.rows = new RowLog(settings.topics());
    this.listener = listener;
    this.follower = new TopicFollower(name, settings, rows.topics(), this::onRecord);
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

  /**
   * Waits until the topics are read to where they ended at the start.
   *
   * @throws IllegalStateException when the time is over or the reader failed
   */
  public void awaitCaughtUp(Duration atMost) throws InterruptedException {
    if (!follower.awaitCaughtUp(atMost)) {
      requireHealthy();
      throw new IllegalStateException(
          "the embedding topics were not read within " + atMost + ": " + follower.fractionLoaded());
    }
  }

  @Override
  public void requireHealthy() {
    Exception failure = follower.failure();
    if (failure != null) {
      throw new IllegalStateException("the reader of the embedding topics stopped", failure);
    }
  }

  /** Returns the number of records that were not rows and were skipped. */
  public long undecodable() {
    return undecodable.sum();
  }

  private void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    RowRecord row;
    try {
      row = rows.read(record, this::isOurs);
    } catch (RejectedRecordException e) {
      undecodable.increment();
      LOG.warn(
          "skipped a record that is no row: {}-{} offset {}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return;
    }
    if (row != null) {
      listener.onRow(row);
    }
  }

  private boolean isOurs(Keys.RowKey key) {
    return key.domain().equals(model.domain()) && key.model().equals(model.bundleId());
  }

  @Override
  public void close() {
    follower.close();
  }
}
