package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.kafka.KafkaSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose transaction may be ended: a living instance must never lose its own. */
class AbandonedTransactionsTest {
  private static final String HERE = "ingest-11111111-1111-1111-1111-111111111111";
  private static final String GONE = "ingest-22222222-2222-2222-2222-222222222222";
  private static final String MAPPING = "ingest-mapping-33333333-3333-3333-3333-333333333333-1";

  private final AbandonedTransactions abandoned =
      new AbandonedTransactions("ingest", KafkaSettings.of("unused:1"));

  @Test
  void isThatOfAProcessWithoutAMember() {
    assertThat(
            abandoned.gone(
                Set.of(HERE + "-1", HERE + "-2", GONE + "-1"),
                Set.of(HERE + "-StreamThread-1-consumer")))
        .containsExactly(GONE + "-1");
  }

  @Test
  void isNoneWhereAMemberDoesNotNameItsProcess() {
    assertThat(
            abandoned.gone(
                Set.of(HERE + "-1", GONE + "-1"),
                Set.of(HERE + "-StreamThread-1-consumer", "mine-StreamThread-1-consumer")))
        .isEmpty();
  }

  @Test
  void isNotThatOfAnotherApplicationWhoseNameBeginsTheSame() {
    assertThat(abandoned.gone(Set.of(MAPPING, "ingest-2-1"), Set.of())).isEmpty();
  }
}
