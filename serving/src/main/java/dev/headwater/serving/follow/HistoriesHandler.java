package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.TracedUserState;
import dev.headwater.serving.users.UserState;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes in {@code user-histories}: user state and recent popularity. */
public final class HistoriesHandler implements TopicFollower.Handler {
  private final Domains domains;
  private final FollowMetrics metrics;
  private final Tracing tracing;

  /** Creates one. */
  public HistoriesHandler(Domains domains, FollowMetrics metrics, Tracing tracing) {
    this.tracing = tracing;
    this.domains = domains;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Keys.DomainKey key = Keys.parse(RecordKeys.text(record));
      if (Identifiers.isReserved(key.id())) {
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

  /** A click in a recorded trace is remembered with it, for answers to link to. */
  private UserState state(int[] codes, UserHistory history, boolean encode) {
    if (tracing.isOn()) {
      SpanContext click = Span.current().getSpanContext();
      if (click.isSampled()) {
        Span encoding =
            encode ? tracing.work("encode history", Context.current()) : Span.getInvalid();
        return new TracedUserState(
            codes, history.getEventId(), history.getEventTimeMs(), click, encoding);
      }
    }
    return new UserState(codes, history.getEventId(), history.getEventTimeMs());
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
    View view = domain.view(domain.arm(user));
    boolean encode = view != null && domains.areRowsLoaded();
    UserState state = state(codes, history, encode);
    domain.users().put(user, state);
    if (view != null && encode) {
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
