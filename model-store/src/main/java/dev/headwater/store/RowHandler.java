package dev.headwater.store;

import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.store.cycle.StoreEngine;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Writes rows in batches as they are polled. */
final class RowHandler implements TopicFollower.Handler {
  private static final int FLUSH_KEYS = 1000;

  private final StoreEngine engine;
  private final RowLog log;
  private final @Nullable HeartbeatReturns heartbeats;

  /**
   * Creates one.
   *
   * @param heartbeats sent back when what came before them is written; null: they are not
   */
  RowHandler(StoreEngine engine, RowLog log, @Nullable HeartbeatReturns heartbeats) {
    this.engine = engine;
    this.log = log;
    this.heartbeats = heartbeats;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    take(record);
    if (heartbeats != null) {
      heartbeats.take(record);
    }
    if (engine.unflushed() >= FLUSH_KEYS) {
      engine.flush();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      RowRecord row = log.read(record);
      if (row == null) {
        engine.passOver(record.topic(), record.partition(), record.offset());
      } else {
        engine.take(row);
      }
    } catch (RejectedRecordException e) {
      engine.passOverUnreadable(record.topic(), record.partition(), record.offset(), e.detail());
    }
  }

  @Override
  public void onBatchEnd() {
    engine.flush();
    if (heartbeats != null) {
      heartbeats.written();
    }
  }

  @Override
  public void onCaughtUp() {
    engine.caughtUp();
    if (heartbeats != null) {
      heartbeats.caughtUp();
    }
  }
}
