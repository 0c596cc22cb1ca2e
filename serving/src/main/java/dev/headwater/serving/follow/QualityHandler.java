package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes in {@code quality}, so that people can see how good the answers are. */
public final class QualityHandler implements TopicFollower.Handler {
  private final Domains domains;
  private final QualityWindows windows;
  private final FollowMetrics metrics;

  /** Creates one. */
  public QualityHandler(Domains domains, QualityWindows windows, FollowMetrics metrics) {
    this.domains = domains;
    this.windows = windows;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      QualityWindow window = QualityWindow.parseFrom(record.value());
      if (domains.find(window.getDomain()) != null) {
        windows.add(window);
      }
    } catch (InvalidProtocolBufferException e) {
      metrics.onUndecodable(record.topic());
    }
  }
}
