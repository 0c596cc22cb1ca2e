package dev.headwater.jobs.finetune;

import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * Spans from an example to the row that it changed. A step learns many examples: each recorded one
 * has a span of the step in its own trace. A row that goes out may have learned several of them: it
 * goes on in the trace of the newest, with links to the others. For one thread.
 */
final class RowTracing {
  static final RowTracing OFF = new RowTracing(Tracing.OFF);

  private static final AttributeKey<Long> EXAMPLES = AttributeKey.longKey("headwater.examples");
  private static final AttributeKey<String> ITEM = AttributeKey.stringKey("headwater.item");

  private final Tracing tracing;

  /** An example of a step, and the step's span in its trace. */
  record Learning(TrainingExample example, Span span) {}

  RowTracing(Tracing tracing) {
    this.tracing = tracing;
  }

  /** Begins the spans of a step: one for each example whose trace is recorded. */
  List<Learning> begin(List<SlottedExample> batch) {
    if (!tracing.isOn()) {
      return List.of();
    }
    List<Learning> spans = new ArrayList<>();
    for (SlottedExample slotted : batch) {
      TrainingExample example = slotted.example();
      if (example.traceparent() != null && example.isForTarget()) {
        Context parent = Context.root().with(Span.wrap(TraceParent.parse(example.traceparent())));
        Span span = tracing.work("learn", parent);
        span.setAttribute(EXAMPLES, (long) batch.size());
        span.setAttribute(ITEM, example.target());
        spans.add(new Learning(example, span));
      }
    }
    return spans;
  }

  /** Returns a row's record with the trace of the clicks that it learned since the last one. */
  OutRecord sent(OutRecord record, Row row) {
    List<SpanContext> learned = row.learned;
    if (learned == null) {
      return record;
    }
    int newest = learned.size() - 1;
    Span span =
        tracing.send(
            record.topic(),
            Context.root().with(Span.wrap(learned.get(newest))),
            learned.subList(0, newest));
    span.setAttribute(ITEM, row.item);
    span.end();
    String traceparent = TraceParent.of(span.getSpanContext());
    return traceparent == null ? record : record.with(TraceParent.NAME, traceparent);
  }
}
