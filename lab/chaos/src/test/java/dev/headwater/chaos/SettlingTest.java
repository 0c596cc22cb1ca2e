package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.platform.report.JsonReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the answers of two nodes are those of equal tables. */
class SettlingTest {
  private static Map<String, Float> scores(Random random, int items) {
    Map<String, Float> scores = new HashMap<>();
    for (int i = 0; i < items; i++) {
      scores.put("i" + i, 20 * (float) random.nextGaussian());
    }
    return scores;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theLastBitsOfAScoreMayDifferAndNothingThatARowCouldMove(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      Map<String, Float> one = scores(random, 50);
      Map<String, Float> noisy = new HashMap<>(one);
      noisy.replaceAll((item, score) -> score * (1 + 1e-6f * (float) random.nextGaussian()));
      assertThat(Settling.difference(one, noisy)).as("seed %d, %d", seed, i).isEmpty();
      String moved = "i" + random.nextInt(50);
      noisy.merge(moved, 0.01f * (1 + Math.abs(one.getOrDefault(moved, 0f))), Float::sum);
      assertThat(Settling.difference(one, noisy)).as("seed %d: %s moved", seed, moved).isNotEmpty();
      assertThat(Settling.difference(noisy, one)).isNotEmpty();
    }
  }

  @Test
  void aNodeServesWhatWasAnnouncedWithAllItsRows() {
    JsonNode announced = JsonReport.object().put("model", "m").put("announced", 7).put("rows", 400);
    assertThat(Settling.serves(serving("m", 7, 400), announced)).isTrue();
    assertThat(Settling.serves(serving("m", 6, 400), announced)).as("an older one").isFalse();
    assertThat(Settling.serves(serving("m", 7, 399), announced)).as("a row less").isFalse();
    assertThat(Settling.serves(serving("n", 7, 400), announced)).as("another").isFalse();
    assertThat(Settling.serves(null, announced)).as("nothing").isFalse();
  }

  private static DomainVersions.Serving serving(String model, long table, int items) {
    return new DomainVersions.Serving(model, table, 1, "scan", items);
  }

  @Test
  void twoItemsAtTheEndMayDifferAndThreeMayNot() {
    Random random = new Random(4);
    Map<String, Float> one = scores(random, 50);
    Map<String, Float> two = new HashMap<>(one);
    for (int other = 0; other < 3; other++) {
      two.remove("i" + other);
      two.put("other-" + other, 1f);
      assertThat(Settling.difference(one, two).isEmpty())
          .as("%d others", other + 1)
          .isEqualTo(other < 2);
    }
  }

  @Test
  void anAnswerThatIsShorterOrEmptyIsAnother() {
    Map<String, Float> one = scores(new Random(5), 50);
    Map<String, Float> shorter = new HashMap<>(one);
    shorter.remove("i0");
    assertThat(Settling.difference(one, shorter)).isNotEmpty();
    assertThat(Settling.difference(shorter, one)).isNotEmpty();
    assertThat(Settling.difference(Map.of(), Map.of())).as("nothing proves nothing").isNotEmpty();
    assertThat(Settling.difference(Map.of("i", Float.NaN), Map.of("i", 1f)))
        .as("no number")
        .isNotEmpty();
  }
}
