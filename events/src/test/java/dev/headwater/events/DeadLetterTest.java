package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
    assertThat(DeadLetter.from(letter.headers())).isEqualTo(letter);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reason", "topic", "partition", "offset"})
  void headersWithoutOneOfThemAreNoDeadLetter(String name) {
    Headers headers = LETTER.headers();
    headers.remove("headwater." + name);
    assertThat(DeadLetter.from(headers)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reason", "partition", "offset"})
  void headersThatSomebodyElseWroteAreNoDeadLetter(String name) {
    Headers headers = LETTER.headers();
    headers.add("headwater." + name, "strange".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(DeadLetter.from(headers)).isNull();
    assertThat(DeadLetter.from(new RecordHeaders())).isNull();
  }
}
