package dev.headwater.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent} of <a href="https://www.w3.org/TR/trace-context/">W3C Trace
 * Context</a>, in records and as text. {@code tracestate}, whose size its publisher decides, goes
 * no further than the first hop.
 */
public final class TraceParent {
  /** Name of the header, in Kafka and in HTTP. */
  public static final String NAME = "traceparent";

  /** Of version 00, the one there is; a longer header is not read. */
  private static final int LENGTH = 55;

  private static final int FLAGS_LAST_DIGIT = 54;
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
  private static final TextMapGetter<String> GETTER = (text, key) -> key.equals(NAME) ? text : null;

  private TraceParent() {}

  /** Returns the header's text, or null where a record has none of the right length. */
  public static @Nullable String read(Headers headers) {
    Header header = headers.lastHeader(NAME);
    return header == null || header.value() == null || header.value().length != LENGTH
        ? null
        : new String(header.value(), StandardCharsets.ISO_8859_1);
  }

  /** The same, but null also where the trace is not recorded, or the text is none. */
  public static @Nullable String sampled(Headers headers) {
    String text = read(headers);
    return text != null && isSampled(text) && parse(text).isSampled() ? text : null;
  }

  /** A look at one digit, before the whole is read: most records are not sampled. */
  private static boolean isSampled(String text) {
    int digit = Character.digit(text.charAt(FLAGS_LAST_DIGIT), 16);
    return digit > 0 && (digit & 1) == 1;
  }

  /** Returns what the text says, invalid where it cannot be read or is null. */
  public static SpanContext parse(@Nullable String text) {
    return Span.fromContext(context(text)).getSpanContext();
  }

  /** The same as the parent of a span. */
  public static Context context(@Nullable String text) {
    return text == null ? Context.root() : W3C.extract(Context.root(), text, GETTER);
  }

  /** Returns the text of a recorded span, or null for any other. */
  public static @Nullable String of(SpanContext span) {
    return span.isSampled() && span.isValid() ? text(span) : null;
  }

  private static String text(SpanContext span) {
    String[] text = new String[1];
    W3C.inject(
        Context.root().with(Span.wrap(span)),
        text,
        (into, key, value) -> {
          if (key.equals(NAME) && into != null) {
            into[0] = value;
          }
        });
    return Objects.requireNonNull(text[0]);
  }

  /** Returns headers that hold the context of a span, recorded or not; none for an invalid one. */
  public static Headers headers(SpanContext span) {
    return span.isValid()
        ? new RecordHeaders(
            new Header[] {new RecordHeader(NAME, text(span).getBytes(StandardCharsets.ISO_8859_1))})
        : new RecordHeaders();
  }
}
