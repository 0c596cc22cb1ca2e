package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoisonHandlerTest {
  @TempDir Path stateDir;
  private final IngestMetrics metrics =
      new IngestMetrics(new SimpleMeterRegistry(), IngestHarness.DOMAINS);

  @Test
  void aRecordThatBreaksOurCodeIsADeadLetterAndTheNextOneIsHandled() {
    try (TopologyTestDriver driver = driver(new IllegalStateException("a bug"))) {
      TestInputTopic<byte[], byte[]> in = input(driver);
      in.pipeInput(new byte[] {1}, new byte[] {0});
      in.pipeInput(new byte[] {2}, new byte[] {7});
      assertThat(output(driver, "out").readValue()).containsExactly(7);
      var letter = output(driver, "dead-letters").readRecord();
      assertThat(DeadLetter.receivedKey(letter.headers())).isEqualTo("\u0001");
      assertThat(letter.value()).containsExactly(0);
      assertThat(DeadLetter.from(letter.headers()).reason())
          .isEqualTo(ReasonCode.PROCESSING_FAILED);
      assertThat(metrics.counts().deadLettered()).containsEntry(ReasonCode.PROCESSING_FAILED, 1L);
    }
  }

  @Test
  void aBrokenStoreIsNoFaultOfTheRecord() {
    try (TopologyTestDriver driver = driver(new ProcessorStateException("disk gone"))) {
      TestInputTopic<byte[], byte[]> in = input(driver);
      assertThatThrownBy(() -> in.pipeInput(new byte[] {1}, new byte[] {0}))
          .hasStackTraceContaining("disk gone");
    }
  }

  private TopologyTestDriver driver(RuntimeException thrown) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("interactions", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .mapValues(
            value -> {
              if (value[0] == 0) {
                throw thrown;
              }
              return value;
            },
            Named.as("breaks"))
        .to("out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties settings =
        IngestSettings.of(
            IngestConfig.of(stateDir, IngestHarness.DOMAINS),
            KafkaSettings.of("unused:1"),
            metrics);
    return new TopologyTestDriver(builder.build(), settings);
  }

  private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver) {
    return driver.createInputTopic(
        "interactions", new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
