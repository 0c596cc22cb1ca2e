package dev.headwater.serving.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.client.answers.Place;
import dev.headwater.events.RecordLimits;
import dev.headwater.events.Topics;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.tracing.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ingest would refuse is refused here, with the code that its dead letter would carry. */
class PublicIntakeTest {
  private static final long NOW_MS = 1_700_000_000_000L;

  private final TopicWriter writer = new TopicWriter(KafkaSettings.of("127.0.0.1:1"));
  private final PublicIntake intake =
      new PublicIntake(
          writer, Topics.DEFAULT, Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC));

  @AfterEach
  void close() {
    writer.close();
  }

  private interface Call {
    CompletableFuture<Place> run() throws RejectedRecordException;
  }

  private static void refused(ReasonCode code, Call call) {
    assertThatThrownBy(
            () -> {
              var unused = call.run();
            })
        .isInstanceOfSatisfying(
            RejectedRecordException.class, e -> assertThat(e.reason()).isEqualTo(code));
  }

  /** Passes the checks: what remains is that no broker is there to take it. */
  private static void taken(Call call) throws RejectedRecordException {
    assertThat(call.run()).isNotNull();
  }

  private static byte[] event(long timestampMs, int padding) {
    String json =
        "{\"event_id\":\"e\",\"domain\":\"shop\",\"user\":\"u\",\"item\":\"i\",\"type\":\"view\","
            + "\"timestamp\":"
            + timestampMs
            + ",\"note\":\""
            + "x".repeat(padding)
            + "\"}";
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] item(int attributeChars, int textChars) {
    return new CatalogItem(
            "shop",
            "i",
            "a title",
            "",
            List.of(),
            "y".repeat(textChars),
            Map.of("colour", "x".repeat(attributeChars)),
            true)
        .toJson();
  }

  @Test
  void anEventBeyond64KiBIsTooLarge() throws Exception {
    taken(() -> intake.event("shop", event(NOW_MS, 60 << 10)));
    refused(ReasonCode.RECORD_TOO_LARGE, () -> intake.event("shop", event(NOW_MS, 64 << 10)));
  }

  @Test
  void attributesBeyond16KiBAreRefused() throws Exception {
    taken(() -> intake.item("shop", item((16 << 10) - "colour".length(), 0)));
    refused(
        ReasonCode.INVALID_VALUE,
        () -> intake.item("shop", item((16 << 10) - "colour".length() + 1, 0)));
  }

  @Test
  void anItemBeyondAMegabyteAndAHalfIsTooLarge() {
    refused(ReasonCode.RECORD_TOO_LARGE, () -> intake.item("shop", item(1, 3 << 19)));
  }

  /** Where ingest takes less, or more, so is here: nobody may hear 202 for a dead letter. */
  @Test
  void theBoundsAreThoseOfIngest() throws Exception {
    PublicIntake others =
        new PublicIntake(
            writer,
            Topics.DEFAULT,
            new RecordLimits(500, 1_000, 20, Duration.ofSeconds(1)),
            Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC),
            Tracing.OFF);
    taken(() -> others.event("shop", event(NOW_MS + 1_000, 0)));
    refused(ReasonCode.RECORD_TOO_LARGE, () -> others.event("shop", event(NOW_MS, 500)));
    refused(ReasonCode.TIMESTAMP_IN_FUTURE, () -> others.event("shop", event(NOW_MS + 1_001, 0)));
    refused(ReasonCode.RECORD_TOO_LARGE, () -> others.item("shop", item(1, 1_000)));
    refused(ReasonCode.INVALID_VALUE, () -> others.item("shop", item(20, 0)));
  }

  @Test
  void anEventOfTheFutureAndARecordOfAnotherDomainAreRefused() {
    refused(
        ReasonCode.TIMESTAMP_IN_FUTURE,
        () -> intake.event("shop", event(NOW_MS + 5 * 60_000 + 1, 0)));
    refused(ReasonCode.KEY_MISMATCH, () -> intake.event("other", event(NOW_MS, 0)));
    refused(ReasonCode.KEY_MISMATCH, () -> intake.item("other", item(1, 0)));
  }
}
