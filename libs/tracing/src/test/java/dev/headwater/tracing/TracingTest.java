package dev.headwater.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.kafka.TopicFollower;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SAMPLED = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String UNSAMPLED = "00-" + TRACE + "-b7ad6b7169203331-00";
  private static final RecordPlace PLACE = new RecordPlace("interactions", 3, 17, "ingest");

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  private Tracing tracing(double ratio) {
    return Tracing.of(
        SdkTracerProvider.builder()
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build());
  }

  private static RecordHeaders headers(String traceparent) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(TraceParent.NAME, traceparent.getBytes(StandardCharsets.ISO_8859_1));
    return headers;
  }

  @Test
  void aRecordGoesOnInItsTraceAndTellsWhereItStood() {
    Span span = tracing(0).process(PLACE, TraceParent.read(headers(SAMPLED)));
    span.end();

    SpanData data = spans.getFinishedSpanItems().get(0);
    assertThat(data.getTraceId()).isEqualTo(TRACE);
    assertThat(data.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(data.getName()).isEqualTo("process interactions");
    assertThat(data.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(data.getAttributes().get(Messaging.SYSTEM)).isEqualTo("kafka");
    assertThat(data.getAttributes().get(Messaging.DESTINATION)).isEqualTo("interactions");
    assertThat(data.getAttributes().get(Messaging.PARTITION)).isEqualTo("3");
    assertThat(data.getAttributes().get(Messaging.OFFSET)).isEqualTo(17);
    assertThat(data.getAttributes().get(Messaging.GROUP)).isEqualTo("ingest");
  }

  @Test
  void aParentThatIsNotSampledDecidesWhateverTheRatio() {
    tracing(1).process(PLACE, UNSAMPLED).end();
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void withoutAParentTheRatioDecides() {
    tracing(1).process(PLACE, null).end();
    tracing(0).process(PLACE, null).end();
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    assertThat(spans.getFinishedSpanItems().get(0).getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void whatOnlyGoesOnNeverBegins() {
    assertThat(tracing(1).proceed(PLACE, null).getSpanContext().isValid()).isFalse();
    assertThat(TraceParent.sampled(headers(UNSAMPLED))).isNull();
    assertThat(TraceParent.sampled(headers(SAMPLED))).isEqualTo(SAMPLED);
  }

  @Test
  void aHeaderThatIsNoneIsLeftOut() {
    for (String broken :
        List.of("", "00", SAMPLED + "-x", SAMPLED.replace('0', 'z'), "01" + "x".repeat(53))) {
      Span span = tracing(0).process(PLACE, TraceParent.read(headers(broken)));
      assertThat(span.getSpanContext().getTraceId()).as(broken).isNotEqualTo(TRACE);
      assertThat(TraceParent.parse(TraceParent.sampled(headers(broken))).isValid()).isFalse();
    }
    assertThat(TraceParent.read(new RecordHeaders())).isNull();
  }

  @Test
  void aSentRecordCarriesTheSpanThatSentIt() {
    Tracing tracing = tracing(0);
    Span span =
        tracing.send(
            "user-histories",
            TraceParent.context(SAMPLED),
            List.of(TraceParent.parse(SAMPLED.replace(TRACE, TRACE.replace('0', '1')))));
    span.end();

    String sent = TraceParent.sampled(TraceParent.headers(span.getSpanContext()));
    assertThat(sent).contains(TRACE).contains(span.getSpanContext().getSpanId());
    SpanData data = spans.getFinishedSpanItems().get(0);
    assertThat(data.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(data.getLinks()).hasSize(1);
  }

  @Test
  void aFollowedRecordIsCurrentWhileItIsHandledAndEndsWithItsBatch() throws Exception {
    List<String> seen = new ArrayList<>();
    TopicFollower.Handler handler =
        tracing(1).follow(record -> seen.add(Span.current().getSpanContext().getTraceId()), true);
    ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("rows", 0, 1, null, null);
    record.headers().add(headers(SAMPLED).lastHeader(TraceParent.NAME));
    handler.onRecord(record);
    handler.onRecord(new ConsumerRecord<>("rows", 0, 2, null, null));

    assertThat(seen).containsExactly(TRACE, Span.getInvalid().getSpanContext().getTraceId());
    assertThat(spans.getFinishedSpanItems()).isEmpty();
    handler.onBatchEnd();
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
  }

  @Test
  void offItMakesNothingAndLeavesTheHandlerAlone() {
    TopicFollower.Handler handler = record -> {};
    assertThat(Tracing.OFF.follow(handler, false)).isSameAs(handler);
    assertThat(Tracing.OFF.process(PLACE, SAMPLED).getSpanContext().isValid()).isFalse();
    assertThat(Tracing.OFF.work("learn", Context.root()).isRecording()).isFalse();
    assertThat(TraceParent.headers(Span.getInvalid().getSpanContext())).isEmpty();
  }
}
