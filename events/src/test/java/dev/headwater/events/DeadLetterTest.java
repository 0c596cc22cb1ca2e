package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterTest {
  private static final DeadLetter LETTER =
      new DeadLetter(ReasonCode.EMPTY_ID, "user: ü", "interactions", 3, 1L << 40);

  @ParameterizedTest
  @EnumSource(ReasonCode.class)
  void readsBackWhatItWrote(ReasonCode reason) {
    DeadLetter letter = new DeadLetter(reason, "ü", "catalog", 0, 7);
    assertThat(DeadLetter.from(letter.headers(new byte[] {1}))).isEqualTo(letter);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reason", "topic", "partition", "offset"})
  void headersWithoutOneOfThemAreNoDeadLetter(String name) {
    Headers headers = LETTER.headers(null);
    headers.remove("headwater." + name);
    assertThat(DeadLetter.from(headers)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reason", "partition", "offset"})
  void headersThatSomebodyElseWroteAreNoDeadLetter(String name) {
    Headers headers = LETTER.headers(null);
    headers.add("headwater." + name, "strange".getBytes(StandardCharsets.UTF_8));
    assertThat(DeadLetter.from(headers)).isNull();
    assertThat(DeadLetter.from(new RecordHeaders())).isNull();
  }

  @Test
  void keepsTheKeyAsReceivedAndHasOneOfItsOwn() {
    byte[] key = "toys/ü".getBytes(StandardCharsets.UTF_8);
    assertThat(DeadLetter.receivedKey(LETTER.headers(key))).isEqualTo("toys/ü");
    assertThat(DeadLetter.receivedKey(LETTER.headers(null))).isEmpty();
    assertThat(new String(LETTER.recordKey(), StandardCharsets.UTF_8))
        .isEqualTo("interactions/3/1099511627776");
  }
}
