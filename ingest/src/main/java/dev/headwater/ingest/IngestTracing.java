package dev.headwater.ingest;

import dev.headwater.tracing.RecordPlace;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The span of an interaction, from its arrival until all that follows from it was handed to the
 * producer; readers see that with the next commit. Thread-safe.
 */
final class IngestTracing {
  static final IngestTracing OFF = new IngestTracing(Tracing.OFF, "");

  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("headwater.outcome");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final Tracing tracing;
  private final String group;

  /** Creates one for a consumer group. */
  IngestTracing(Tracing tracing, String group) {
    this.tracing = tracing;
    this.group = group;
  }

  boolean isOn() {
    return tracing.isOn();
  }

  /**
   * Begins the span of a record.
   *
   * @param arrived whether it comes from a publisher, so that its trace may begin here
   */
  Span begin(RecordMetadata source, Headers headers, boolean arrived) {
    RecordPlace place = new RecordPlace(source.topic(), source.partition(), source.offset(), group);
    return arrived
        ? tracing.process(place, TraceParent.read(headers))
        : tracing.proceed(place, TraceParent.sampled(headers));
  }

  /** Returns the headers of what follows from the record whose span is current. */
  Headers headers() {
    if (tracing.isOn()) {
      Span span = Span.current();
      if (span.getSpanContext().isSampled()) {
        return TraceParent.headers(span.getSpanContext());
      }
    }
    return new RecordHeaders();
  }

  /** Says what became of the record whose span is current. */
  void outcome(String outcome) {
    if (tracing.isOn()) {
      Span.current().setAttribute(OUTCOME, outcome);
    }
  }

  /** Says why it was refused. */
  void refused(String reason) {
    if (tracing.isOn()) {
      Span.current().setAttribute(OUTCOME, "dead_lettered").setAttribute(ERROR, reason);
    }
  }
}
