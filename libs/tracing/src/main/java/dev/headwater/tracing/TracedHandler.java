package dev.headwater.tracing;

import dev.headwater.events.kafka.TopicFollower;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes the span of a record current while it is handled. For a follower's thread. */
final class TracedHandler implements TopicFollower.Handler {
  private final TopicFollower.Handler inner;
  private final Tracing tracing;
  private final boolean batched;
  private final List<Span> open = new ArrayList<>();

  TracedHandler(TopicFollower.Handler inner, Tracing tracing, boolean batched) {
    this.inner = inner;
    this.tracing = tracing;
    this.batched = batched;
  }

  @Override
  @SuppressWarnings("try") // The scope is there to be closed.
  public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    String sampled = TraceParent.sampled(record.headers());
    if (sampled == null) {
      inner.onRecord(record);
      return;
    }
    Span span =
        tracing.proceed(
            new RecordPlace(record.topic(), record.partition(), record.offset(), null), sampled);
    try (Scope scope = span.makeCurrent()) {
      inner.onRecord(record);
    } catch (Exception e) {
      span.setStatus(StatusCode.ERROR, e.toString());
      span.end();
      throw e;
    }
    if (batched) {
      open.add(span);
    } else {
      span.end();
    }
  }

  @Override
  public void onBatchEnd() throws Exception {
    inner.onBatchEnd();
    open.forEach(Span::end);
    open.clear();
  }

  @Override
  public void onTick() throws Exception {
    inner.onTick();
  }

  @Override
  public void onCaughtUp() throws Exception {
    inner.onCaughtUp();
  }
}
