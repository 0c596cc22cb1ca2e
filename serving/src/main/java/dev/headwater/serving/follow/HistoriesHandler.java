package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.UserState;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes in {@code user-histories}: user state and recent popularity. */
public final class HistoriesHandler implements TopicFollower.Handler {
  private final Domains domains;
  private final FollowMetrics metrics;

  /** Creates one. */
  public HistoriesHandler(Domains domains, FollowMetrics metrics) {
    this.domains = domains;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Keys.DomainKey key = Keys.parse(RecordKeys.text(record));
      if (Keys.isReserved(key.id())) {
        return; // a heartbeat is neither user nor item
      }
      Domain domain = domains.follow(key.domain());
      if (domain == null) {
        return;
      }
      if (record.value() == null) {
        domain.users().remove(key.id());
      } else if (!domain.users().isDeleted(key.id(), record.timestamp())) {
        apply(domain, key.id(), UserHistory.parseFrom(record.value()));
      }
    } catch (RejectedRecordException | InvalidProtocolBufferException e) {
      metrics.onUndecodable(record.topic());
    }
  }

  private void apply(Domain domain, String user, UserHistory history) {
    if (history.getCause() == UserHistory.Cause.DELETION && history.getEntriesCount() == 0) {
      domain.users().remove(user);
      return;
    }
    int[] codes = new int[history.getEntriesCount()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = domain.ids().code(history.getEntries(i).getItem());
    }
    UserState state = new UserState(codes, history.getEventId(), history.getEventTimeMs());
    domain.users().put(user, state);
    View view = domain.view(domain.arm(user));
    if (view != null && domains.areRowsLoaded()) {
      view.users().makeBehind(state);
    }
    int appended = history.getNewIndex();
    boolean event = history.getCause() == UserHistory.Cause.EVENT;
    if (event && appended >= 0 && appended < codes.length) {
      domain.popularity().add(codes[appended]);
      metrics.onHistory(history.getPublishedMs());
    }
  }
}
