package dev.headwater.serving.lag;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.Heartbeat.Path;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.lag.LagBook.Way;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a handler: a heartbeat ends here, on the thread and in the order in which what came
 * before it was applied; anything else goes on, and shows that the hop has real work.
 */
final class HeartbeatTap implements TopicFollower.Handler {
  private final TopicFollower.Handler inner;
  private final @Nullable LagBook book;
  private final Topics topics;

  /** Makes one; without a book heartbeats of others are still taken out. */
  HeartbeatTap(TopicFollower.Handler inner, @Nullable LagBook book, Topics topics) {
    this.inner = inner;
    this.book = book;
    this.topics = topics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    Heartbeat beat = Heartbeat.read(record.key(), record.value(), record.headers());
    if (beat == null) {
      inner.onRecord(record);
      real(record);
    } else if (book != null) {
      book.returned(hop(record.topic()), Heartbeat.domain(record.key()), beat);
    }
  }

  private void real(ConsumerRecord<byte[], byte[]> record) {
    if (book == null || record.key() == null) {
      return;
    }
    Hop hop = hop(record.topic());
    Path path = path(record.topic());
    if (hop != Hop.STORE) {
      List<Hop> passed =
          hop == Hop.INGEST ? List.of(hop) : List.of(hop, Hop.STORE, Hop.SERVING, Hop.END_TO_END);
      book.real(new Way(Heartbeat.domain(record.key()), path), passed);
    }
  }

  private Hop hop(String topic) {
    if (topic.equals(topics.coldStartRows())) {
      return Hop.COLD_START;
    }
    if (topic.equals(topics.fineTunedRows())) {
      return Hop.FINE_TUNE;
    }
    return topic.equals(topics.rollbackRows()) ? Hop.STORE : Hop.INGEST;
  }

  private Path path(String topic) {
    boolean clicks = topic.equals(topics.userHistories()) || topic.equals(topics.fineTunedRows());
    return clicks ? Path.CLICKS : Path.ITEMS;
  }

  @Override
  public void onBatchEnd() throws Exception {
    inner.onBatchEnd();
  }

  @Override
  public void onTick() throws Exception {
    inner.onTick();
    if (book != null) {
      book.alive(inner);
    }
  }

  @Override
  public void onCaughtUp() throws Exception {
    inner.onCaughtUp();
  }
}
