package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.Signals;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.TracedUserState;
import dev.headwater.serving.users.UserState;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.Collection;
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
  private UserState state(int[] codes, int[] disliked, UserHistory history, boolean encode) {
    if (tracing.isOn()) {
      SpanContext click = Span.current().getSpanContext();
      if (click.isSampled()) {
        Span encoding =
            encode ? tracing.work("encode history", Context.current()) : Span.getInvalid();
        return new TracedUserState(
            codes, disliked, history.getEventId(), history.getEventTimeMs(), click, encoding);
      }
    }
    return new UserState(codes, disliked, history.getEventId(), history.getEventTimeMs());
  }

  private void apply(Domain domain, String user, UserHistory history) {
    if (history.getCause() == UserHistory.Cause.DELETION && history.getEntriesCount() == 0) {
      domain.users().remove(user);
      return;
    }
    int[] liked = codes(domain, Signals.likes(history.getEntriesList()));
    int[] disliked = codes(domain, Signals.disliked(history.getEntriesList()));
    View view = domain.view(domain.arm(user));
    boolean encode = view != null && domains.areRowsLoaded();
    UserState state = state(liked, disliked, history, encode);
    domain.users().put(user, state);
    domain.happened(history.getEventTimeMs());
    if (view != null && encode) {
      view.users().makeBehind(state);
    }
    int appended = history.getNewIndex();
    boolean event = history.getCause() == UserHistory.Cause.EVENT;
    if (event && appended >= 0 && appended < history.getEntriesCount()) {
      HistoryEntry newest = history.getEntries(appended);
      if (!Signals.isDislike(newest)) {
        int code = domain.ids().find(newest.getItem());
        if (code != ItemIds.UNKNOWN) {
          domain.popularity().add(code);
        }
      }
      metrics.onHistory(history.getPublishedMs());
    }
  }

  private static int[] codes(Domain domain, Collection<String> items) {
    return items.stream().mapToInt(domain.ids()::historyCode).toArray();
  }
}
