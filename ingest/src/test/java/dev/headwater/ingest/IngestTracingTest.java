package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CLICK = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("headwater.outcome");

  @TempDir Path stateDir;
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> interactions;
  private TestOutputTopic<byte[], byte[]> histories;

  @BeforeEach
  void build() {
    IngestConfig config = IngestConfig.of(stateDir, IngestHarness.DOMAINS);
    IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry(), config.domains());
    Properties settings = IngestSettings.of(config, KafkaSettings.of("unused:1"), metrics);
    Tracing tracing =
        Tracing.of(
            SdkTracerProvider.builder()
                .setSampler(Sampler.parentBased(Sampler.alwaysOff()))
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build());
    driver =
        new TopologyTestDriver(
            IngestTopology.build(
                config,
                Topics.DEFAULT,
                new IngestTopology.Partitions(1, 1),
                metrics,
                new IngestTracing(tracing, config.applicationId()),
                HistorySeed.NONE),
            settings);
    interactions =
        driver.createInputTopic(
            Topics.DEFAULT.interactions(), new ByteArraySerializer(), new ByteArraySerializer());
    histories =
        driver.createOutputTopic(
            Topics.DEFAULT.userHistories(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void theHistoryCarriesTheTraceOfTheClickAndNoOtherHeader() {
    send("toys/u", "e1", CLICK);

    SpanData span = only();
    assertThat(span.getName()).isEqualTo("process interactions");
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getAttributes().get(OUTCOME)).isEqualTo("appended");
    Headers headers = histories.readRecord().headers();
    assertThat(headers).hasSize(1);
    assertThat(TraceParent.sampled(headers)).contains(TRACE).contains(span.getSpanId());
  }

  @Test
  void aRepeatAndABadRecordSayWhatBecameOfThem() {
    send("toys/u", "e1", CLICK);
    spans.reset();
    send("toys/u", "e1", CLICK);
    assertThat(only().getAttributes().get(OUTCOME)).isEqualTo("duplicate");
    spans.reset();
    send("toys/__heartbeat-1", "e2", CLICK);
    assertThat(only().getAttributes().get(OUTCOME)).isEqualTo("dead_lettered");
    assertThat(only().getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("reserved_id");
  }

  @Test
  void aClickUnderAForeignKeyKeepsItsTraceRoundTheReKeyTopic() {
    send("librdkafka", "e1", CLICK);

    List<SpanData> all = spans.getFinishedSpanItems();
    assertThat(all).extracting(SpanData::getTraceId).containsOnly(TRACE);
    assertThat(all)
        .extracting(span -> span.getAttributes().get(OUTCOME))
        .containsExactlyInAnyOrder("rekeyed", "appended");
    assertThat(TraceParent.sampled(histories.readRecord().headers())).contains(TRACE);
  }

  @Test
  void whatIsNotSampledLeavesNothing() {
    send("toys/u", "e1", CLICK.replaceAll("1$", "0"));
    send("toys/u", "e2", null);
    assertThat(spans.getFinishedSpanItems()).isEmpty();
    assertThat(histories.readRecordsToList())
        .hasSize(2)
        .allSatisfy(record -> assertThat(record.headers()).isEmpty());
  }

  @Test
  void heartbeatsStayAsTheyAre() {
    Heartbeat beat = Heartbeat.of(Heartbeat.Path.CLICKS, "n", 7, 0, 1_000);
    RecordHeaders headers = new RecordHeaders(beat.headers());
    headers.add(TraceParent.NAME, CLICK.getBytes(StandardCharsets.ISO_8859_1));
    byte[] key = IngestHarness.utf8(Heartbeat.key("toys", 0, 1));
    interactions.pipeInput(new TestRecord<>(key, null, headers));

    assertThat(histories.readRecord().headers()).hasSize(1);
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  private SpanData only() {
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    return spans.getFinishedSpanItems().get(0);
  }

  private void send(String key, String event, String traceparent) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("client", new byte[100]);
    if (traceparent != null) {
      headers.add(TraceParent.NAME, traceparent.getBytes(StandardCharsets.ISO_8859_1));
    }
    String user = key.startsWith("toys/") ? key.substring(5) : "u";
    byte[] value = Interaction.click(event, "toys", user, "a", 5).toJson();
    interactions.pipeInput(new TestRecord<>(IngestHarness.utf8(key), value, headers));
  }
}
