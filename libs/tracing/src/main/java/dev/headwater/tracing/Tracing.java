package dev.headwater.tracing;

import dev.headwater.events.kafka.TopicFollower;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of one part. Off, it costs a look at a field: callers ask {@link #isOn()} before
 * they prepare anything. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
  /** Makes no spans. */
  public static final Tracing OFF = new Tracing(null, () -> {});

  private static final String SCOPE = "dev.headwater";

  private final @Nullable Tracer tracer;
  private final Runnable closing;

  /** Opens the tracing of a part where it runs; shipped to operators. */
  @FunctionalInterface
  public interface Opener extends Serializable {
    /** Opens none. */
    Opener OFF = service -> Tracing.OFF;

    /** Opens that of a service; its owner closes it. */
    Tracing open(String service);
  }

  private Tracing(@Nullable Tracer tracer, Runnable closing) {
    this.tracer = tracer;
    this.closing = closing;
  }

  /** Makes spans with somebody else's provider, which stays open. */
  public static Tracing of(TracerProvider provider) {
    return of(provider, () -> {});
  }

  static Tracing of(TracerProvider provider, Runnable closing) {
    return new Tracing(provider.get(SCOPE), closing);
  }

  /** Tells whether spans are made. */
  public boolean isOn() {
    return tracer != null;
  }

  /**
   * Begins the span of a record in hand: in the trace that the record carries, or, where it carries
   * none, in a new one for the configured share of records.
   *
   * @param traceparent of the record, null for none
   */
  public Span process(RecordPlace place, @Nullable String traceparent) {
    Tracer on = tracer;
    if (on == null) {
      return Span.getInvalid();
    }
    Span span =
        on.spanBuilder(Messaging.PROCESS + " " + place.topic())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(TraceParent.context(traceparent))
            .startSpan();
    if (span.isRecording()) {
      messaging(span, Messaging.PROCESS, place.topic());
      span.setAttribute(Messaging.PARTITION, Integer.toString(place.partition()));
      span.setAttribute(Messaging.OFFSET, place.offset());
      if (place.group() != null) {
        span.setAttribute(Messaging.GROUP, place.group());
      }
    }
    return span;
  }

  /**
   * The same, but nothing begins here: an invalid span where the record carries no recorded trace.
   */
  public Span proceed(RecordPlace place, @Nullable String sampled) {
    return tracer == null || sampled == null ? Span.getInvalid() : process(place, sampled);
  }

  /**
   * Begins the span of a record that is sent.
   *
   * @param parent what it is sent for
   * @param others that it is sent for as well
   */
  public Span send(String topic, Context parent, List<SpanContext> others) {
    Tracer on = tracer;
    if (on == null) {
      return Span.getInvalid();
    }
    SpanBuilder builder =
        on.spanBuilder(Messaging.SEND + " " + topic)
            .setSpanKind(SpanKind.PRODUCER)
            .setParent(parent);
    others.forEach(builder::addLink);
    Span span = builder.startSpan();
    if (span.isRecording()) {
      messaging(span, Messaging.SEND, topic);
    }
    return span;
  }

  /** Says where a sent record stands. */
  public static void sent(Span span, int partition, long offset) {
    span.setAttribute(Messaging.PARTITION, Integer.toString(partition));
    span.setAttribute(Messaging.OFFSET, offset);
  }

  private static void messaging(Span span, String operation, String topic) {
    span.setAttribute(Messaging.SYSTEM, Messaging.KAFKA);
    span.setAttribute(Messaging.DESTINATION, topic);
    span.setAttribute(Messaging.OPERATION, operation);
    span.setAttribute(Messaging.OPERATION_TYPE, operation);
  }

  /** Prepares a span of another kind; null when off. */
  public @Nullable SpanBuilder span(String name, SpanKind kind, Context parent) {
    Tracer on = tracer;
    return on == null ? null : on.spanBuilder(name).setSpanKind(kind).setParent(parent);
  }

  /** Begins the span of work inside this part; invalid when off. */
  public Span work(String name, Context parent) {
    SpanBuilder builder = span(name, SpanKind.INTERNAL, parent);
    return builder == null ? Span.getInvalid() : builder.startSpan();
  }

  /**
   * Puts a span round each record that carries a recorded trace; the handler itself when off.
   *
   * @param batched whether what a record asks for is done at the end of its batch
   */
  public TopicFollower.Handler follow(TopicFollower.Handler handler, boolean batched) {
    return tracer == null ? handler : new TracedHandler(handler, this, batched);
  }

  /** Sends what is waiting, some seconds at most. */
  @Override
  public void close() {
    closing.run();
  }
}
