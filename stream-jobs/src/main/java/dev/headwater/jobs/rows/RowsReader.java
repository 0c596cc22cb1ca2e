package dev.headwater.jobs.rows;

import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a reader of the embedding topics does with their records: those of one domain and model go
 * to a listener, what is no row is passed over with a warning. The listener is called on the thread
 * that reads.
 */
public final class RowsReader implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(RowsReader.class);

  private final DomainModel model;
  private final RowLog rows;
  private final RowsFollower.Listener listener;

  /**
   * Creates one.
   *
   * @param model the domain and model whose rows count; others are skipped
   */
  public RowsReader(Topics topics, DomainModel model, RowsFollower.Listener listener) {
    this.model = model;
    this.rows = new RowLog(topics);
    this.listener = listener;
  }

  /** Returns the topics that it is to be given. */
  public List<String> topics() {
    return rows.topics();
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    RowRecord row;
    try {
      row = rows.read(record, this::isOurs);
    } catch (RejectedRecordException e) {
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
}
