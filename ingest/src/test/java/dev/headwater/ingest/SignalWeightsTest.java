package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.Signals;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import dev.headwater.events.wire.UserHistory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalWeightsTest {
  private static final SignalWeights REFERENCE = of(Map.of());

  @ParameterizedTest
  @CsvSource({
    "VIEW,,1", "CLICK,,1", "CART,,1", "PURCHASE,,1", "DISLIKE,,-1", "HIDE,,-1",
    "RATING,,1", "RATING,5,1", "RATING,3,1", "RATING,2,-0.5", "RATING,1,-1", "RATING,-7,-1",
    "RATING,2.999,-0.05", "CLICK,1,1"
  })
  void weighsTypesAndValues(InteractionType type, @Nullable Double value, float weight) {
    assertThat(REFERENCE.of(event(type, value))).isCloseTo(weight, within(1e-6f));
  }

  @Test
  void theConfigurationSaysOtherwise() {
    SignalWeights weights =
        of(
            Map.of(
                "signals.purchase",
                3,
                "signals.rating",
                2,
                "signals.liked-from",
                7,
                "signals.lowest-rating",
                0,
                "signals.hide",
                0.25));
    assertThat(weights.of(event(InteractionType.PURCHASE, null))).isEqualTo(3);
    assertThat(weights.of(event(InteractionType.RATING, 7.0))).isEqualTo(2);
    assertThat(weights.of(event(InteractionType.RATING, 3.5))).isEqualTo(-1);
    assertThat(weights.of(event(InteractionType.HIDE, null))).isEqualTo(-0.25f);
  }

  @ParameterizedTest
  @CsvSource({
    "view,0",
    "click,-1",
    "cart,5",
    "dislike,-1",
    "hide,0",
    "hide,9",
    "lowest-rating,3",
    "purchase,0.01"
  })
  void refusesWhatWouldTeachNothingOrTheWrongWay(String key, double value) {
    assertThatThrownBy(() -> of(Map.of("signals." + key, value))).hasMessageContaining(key);
  }

  @Test
  void theHistoryKeepsTheWeightAndSaysNothingOfAnOrdinaryOne() {
    UserHistory history = UserHistory.getDefaultInstance();
    int at = 0;
    for (InteractionType type : InteractionType.values()) {
      Interaction event = event(type, 1.0);
      float weight = REFERENCE.of(event);
      history =
          Histories.parse(
              Histories.of(history.toByteArray()).append(event, weight, at, 1, 2, 50).bytes());
      var entry = history.getEntries(at++);
      assertThat(entry.hasWeight()).as(type.name()).isEqualTo(weight != 1);
      assertThat(Signals.weight(entry)).isEqualTo(weight);
    }
  }

  private static SignalWeights of(Map<String, ?> values) {
    return IngestConfig.of(Path.of("state"), Set.of("toys"), values).signals();
  }

  private static Interaction event(InteractionType type, @Nullable Double value) {
    return new Interaction("e", "toys", "u", "i-" + type, type, value, 5, null, -1);
  }
}
