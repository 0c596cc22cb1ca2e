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
import dev.headwater.serving.items.Slice;
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
  private final Slice slice;

  /** Creates one that takes in all users. */
  public HistoriesHandler(Domains domains, FollowMetrics metrics, Tracing tracing) {
    this(domains, metrics, tracing, Slice.WHOLE);
  }

  /**
   * Creates one.
   *
   * @param slice which users are held here; the others are passed by
   */
  public HistoriesHandler(Domains domains, FollowMetrics metrics, Tracing tracing, Slice slice) {
    this.slice = slice;
    this.tracing = tracing;
    this.domains = domains;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Keys.DomainKey key = Keys.parse(RecordKeys.text(record));
      if (Identifiers.isReserved(key.id()) || !slice.holds(key.domain(), key.id())) {
        return; // a heartbeat is neither user nor item; who is not held is others'
      }
      Domain domain = domains.follow(key.domain());
      if (domain == null) {
        return;
      }
      if (record.value() == null) {
        domain.users().remove(key.id());
      } else {
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
    // What a divided history is encoded from lies on other nodes and is fetched when it is asked
    // for.
    boolean encode = view != null && domains.areRowsLoaded() && slice.isWhole();
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

  private int[] codes(Domain domain, Collection<String> items) {
    ItemIds ids = domain.ids();
    return items.stream()
        .mapToInt(item -> slice.isWhole() ? ids.historyCode(item) : ids.othersCode(item))
        .toArray();
  }
}
