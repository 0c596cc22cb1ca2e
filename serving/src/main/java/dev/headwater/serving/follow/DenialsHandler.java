package dev.headwater.serving.follow;

import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes in {@code deny-list}: what operators do not want shown. */
public final class DenialsHandler implements TopicFollower.Handler {
  private final Domains domains;
  private final FollowMetrics metrics;

  /** Creates one. */
  public DenialsHandler(Domains domains, FollowMetrics metrics) {
    this.domains = domains;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Keys.DomainKey key = Keys.parse(RecordKeys.text(record));
      Domain domain = domains.follow(key.domain());
      if (domain != null) {
        domain.deny(
            domain.ids().code(key.id()),
            record.value() == null ? null : DenyList.read(record.value()));
      }
    } catch (RejectedRecordException | IOException e) {
      metrics.onUndecodable(record.topic());
    }
  }
}
