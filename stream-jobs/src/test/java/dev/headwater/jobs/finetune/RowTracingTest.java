package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowTracingTest {
  private static final FineTuneConfig CONFIG = FineTuneConfig.of(SmallModel.MODEL);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final RowTracing tracing =
      new RowTracing(
          Tracing.of(
              SdkTracerProvider.builder()
                  .setSampler(Sampler.parentBased(Sampler.alwaysOff()))
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build()));
  private final FineTuneStats stats = FineTuneStats.of("row-tracing-test-" + System.nanoTime());
  private final Tables tables = new Tables(SmallModel.open(), OnlineConfig.defaults(), 1);
  private final Learner learner = new Learner(CONFIG, tables, stats, item -> true, 0);
  private final List<OutRecord> sent = new ArrayList<>();

  @BeforeEach
  void load() {
    learner.traceWith(tracing);
    learner.publishTo(
        SmallModel.publisher(
            CONFIG,
            learner,
            stats,
            new Publisher.Outputs("rows", sent::add, learner::setBack, tracing)));
    SmallModel.load(learner, 20);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void oneClickAndItsRowAreOneTrace() {
    learner.onExample(clicked("i3", 1), 1_000);
    learner.onTick(1_050);

    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getName)
        .containsExactly("learn", "send rows");
    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getTraceId)
        .containsOnly(trace(1));
    SpanData send = spans.getFinishedSpanItems().get(1);
    assertThat(traceparent("i3")).contains(trace(1)).contains(send.getSpanId());
    assertThat(send.getLinks()).isEmpty();
  }

  @Test
  void aRowOfManyClicksGoesOnInTheNewestAndLinksToTheOthers() {
    for (int click = 1; click <= 3; click++) {
      learner.onExample(clicked("i3", click), 1_000);
    }
    learner.onTick(1_050);

    SpanData send =
        spans.getFinishedSpanItems().stream()
            .filter(span -> span.getName().equals("send rows"))
            .findFirst()
            .orElseThrow();
    assertThat(send.getTraceId()).isEqualTo(trace(3));
    assertThat(send.getLinks())
        .extracting(LinkData::getSpanContext)
        .extracting(span -> span.getTraceId())
        .containsExactly(trace(1), trace(2));
  }

  @Test
  void rowsThatOnlyMovedAlongAndClicksWithoutATraceCarryNone() {
    learner.onExample(clicked("i3", 1), 1_000);
    learner.onExample(SmallModel.example("i4", "i1", "i2"), 1_000);
    learner.onTick(1_050);
    learner.onTick(30_000);

    assertThat(sent).hasSizeGreaterThan(2);
    for (OutRecord record : sent) {
      assertThat(record.headers()).hasSize(item(record).equals("i3") ? 2 : 0);
    }
  }

  @Test
  void aRowThatIsSentAgainHasForgottenTheTrace() {
    learner.onExample(clicked("i3", 1), 1_000);
    learner.onTick(1_050);
    sent.clear();
    learner.onExample(SmallModel.example("i3", "i5"), 3_000);
    learner.onTick(3_050);
    assertThat(traceparent("i3")).isNull();
  }

  private static TrainingExample clicked(String item, int click) {
    return SmallModel.example(item, "i1", "i2")
        .withTraceparent("00-" + trace(click) + "-b7ad6b7169203331-01");
  }

  private static String trace(int click) {
    return "%032x".formatted(click);
  }

  private @Nullable String traceparent(String item) {
    OutRecord record =
        sent.stream().filter(each -> item(each).equals(item)).findFirst().orElseThrow();
    String[] headers = record.headers();
    return headers.length == 0 || !TraceParent.NAME.equals(headers[0]) ? null : headers[1];
  }

  private static String item(OutRecord record) {
    String key = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
