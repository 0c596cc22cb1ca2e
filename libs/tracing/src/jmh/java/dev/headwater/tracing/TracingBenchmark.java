package dev.headwater.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one record costs at a hop: off, on without a trace, on with one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TracingBenchmark {
  /** Whether the part makes spans, and what the record carries. */
  @Param({"off", "none", "sampled"})
  public String what = "off";

  private Tracing tracing;
  private Headers headers;
  private int offset;

  /** Prepares the case. */
  @org.openjdk.jmh.annotations.Setup
  public void setUp() {
    tracing =
        what.equals("off")
            ? Tracing.OFF
            : Tracing.of(
                SdkTracerProvider.builder()
                    .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(0.001)))
                    .addSpanProcessor(SimpleSpanProcessor.create(new Dropping()))
                    .build());
    headers = new RecordHeaders();
    if (what.equals("sampled")) {
      headers.add(
          TraceParent.NAME,
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
              .getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Takes every span: with nothing to take them, the SDK would not make any. */
  private static final class Dropping implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  /** As ingest: a trace may begin. */
  @Benchmark
  public Headers first() {
    if (!tracing.isOn()) {
      return headers;
    }
    Span span =
        tracing.process(
            new RecordPlace("interactions", 1, offset++, "ingest"), TraceParent.read(headers));
    try {
      return span.getSpanContext().isSampled()
          ? TraceParent.headers(span.getSpanContext())
          : headers;
    } finally {
      span.end();
    }
  }

  /** As every hop behind it: a trace only goes on. */
  @Benchmark
  public Span later() {
    if (!tracing.isOn()) {
      return Span.getInvalid();
    }
    String sampled = TraceParent.sampled(headers);
    if (sampled == null) {
      return Span.getInvalid();
    }
    Span span = tracing.proceed(new RecordPlace("user-histories", 1, offset++, null), sampled);
    span.end();
    return span;
  }
}
