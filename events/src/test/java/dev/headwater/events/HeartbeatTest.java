package dev.headwater.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.Heartbeat.Path;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatTest {
  private static final Heartbeat BEAT =
      Heartbeat.of(Path.CLICKS, "node-1", 17, 3, 1_732_480_000_000L)
          .passed(Hop.INGEST, 1_732_480_000_020L)
          .passed(Hop.FINE_TUNE, 1_732_480_000_300L);
  private static final byte[] KEY = "toys/__heartbeat-4".getBytes(UTF_8);

  @Test
  void isReadBackAsItWasWritten() {
    assertThat(Heartbeat.read(KEY, null, BEAT.headers())).isEqualTo(BEAT);
    assertThat(BEAT.stamp(Hop.INGEST)).isEqualTo(1_732_480_000_020L);
    assertThat(BEAT.stamp(Hop.STORE)).isNull();
  }

  /** What other releases and other languages read: it stays as it is. */
  @Test
  void hasThisForm() {
    assertThat(BEAT.text())
        .isEqualTo(
            "{\"path\":\"clicks\",\"node\":\"node-1\",\"seq\":17,\"partition\":3,"
                + "\"published_ms\":1732480000000,"
                + "\"hops\":{\"ingest\":1732480000020,\"fine-tune\":1732480000300}}");
  }

  @Test
  void aHopOfALaterReleaseIsPassedOver() {
    Heartbeat read = Heartbeat.parse(BEAT.text().replace("fine-tune", "re-rank"));
    assertThat(Objects.requireNonNull(read).stamps()).hasSize(1);
  }

  @Test
  void aRecordWithAValueOrWithoutReservedKeyOrHeaderIsNone() {
    assertThat(Heartbeat.read(KEY, new byte[] {1}, BEAT.headers())).isNull();
    assertThat(Heartbeat.read("toys/anna".getBytes(UTF_8), null, BEAT.headers())).isNull();
    assertThat(Heartbeat.read(null, null, BEAT.headers())).isNull();
    assertThat(Heartbeat.read(KEY, null, new RecordHeaders())).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"path\":\"up\",\"node\":\"n\",\"seq\":1,\"partition\":0,\"published_ms\":1}",
        "{\"path\":\"clicks\",\"node\":\"\",\"seq\":1,\"partition\":0,\"published_ms\":1}",
        "{\"path\":\"clicks\",\"node\":\"n\",\"seq\":-1,\"partition\":0,\"published_ms\":1}",
        "{\"path\":\"clicks\",\"node\":\"n\",\"seq\":1,\"partition\":-1,\"published_ms\":1}",
        "{\"path\":\"clicks\",\"node\":\"n\",\"seq\":1,\"partition\":100001,\"published_ms\":1}",
        "{\"path\":\"clicks\",\"node\":\"n\",\"seq\":1,\"partition\":0}"
      })
  void aBrokenHeaderIsNone(String text) {
    Headers headers = new RecordHeaders().add(Heartbeat.HEADER, text.getBytes(UTF_8));
    assertThat(Heartbeat.read(KEY, null, headers)).isNull();
  }

  @Test
  void aHeaderTooLongIsNone() {
    String text = BEAT.text().replace("node-1", "n".repeat(2000));
    Headers headers = new RecordHeaders().add(Heartbeat.HEADER, text.getBytes(UTF_8));
    assertThat(Heartbeat.read(KEY, null, headers)).isNull();
  }

  @Test
  void everyPartitionHasAKeyThatIsAtHomeThere() {
    for (int partitions : List.of(1, 3, 4, 12, 64)) {
      for (int p = 0; p < partitions; p++) {
        byte[] key = Heartbeat.key("toys", p, partitions).getBytes(UTF_8);
        assertThat(Utils.toPositive(Utils.murmur2(key)) % partitions).isEqualTo(p);
        assertThat(Heartbeat.read(key, null, BEAT.headers())).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"__heartbeat", "__heartbeat-0", "__heartbeats", "~claim"})
  void nobodyElseMayPublishItsIds(String id) {
    Interaction ofUser = Interaction.click("e", "toys", id, "i", 1);
    Interaction onItem = Interaction.click("e", "toys", "u", id, 1);
    for (Interaction interaction : List.of(ofUser, onItem)) {
      byte[] json = interaction.toJson();
      assertThatThrownBy(() -> PublicRecords.parseInteraction(json, Long.MAX_VALUE))
          .isInstanceOfSatisfying(
              RejectedRecordException.class,
              e -> assertThat(e.reason()).isEqualTo(ReasonCode.RESERVED_ID));
    }
    byte[] item = CatalogItem.of("toys", id, "t", "", List.of()).toJson();
    assertThatThrownBy(() -> PublicRecords.parseCatalogItem(item))
        .isInstanceOfSatisfying(
            RejectedRecordException.class,
            e -> assertThat(e.reason()).isEqualTo(ReasonCode.RESERVED_ID));
  }
}
