package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NegativeSamplerTest {
  private static final int SLOTS = 40;

  private final EmbeddingTable table = new EmbeddingTable(1, SLOTS);
  private final NegativeSampler sampler = new NegativeSampler();
  private final SplittableRandom random = new SplittableRandom(5);

  NegativeSamplerTest() {
    for (int i = 0; i < SLOTS; i++) {
      table.add(new float[] {i});
    }
    for (int slot = 0; slot < SLOTS; slot += 4) {
      table.remove(slot);
    }
  }

  @AfterEach
  void close() {
    table.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 14, 15, 29, 30, 31, 1_000})
  void drawsLiveSlotsEachOnce(int count) {
    for (int round = 0; round < 20; round++) {
      int[] drawn = sampler.draw(table, count, random);
      assertThat(drawn).hasSize(Math.min(count, 30));
      assertThat(Arrays.stream(drawn).distinct().count()).isEqualTo(drawn.length);
      assertThat(Arrays.stream(drawn)).allMatch(table::contains);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 20})
  void everyLiveSlotIsDrawnEquallyOften(int count) {
    int rounds = 6_000;
    int[] counts = new int[SLOTS];
    for (int round = 0; round < rounds; round++) {
      for (int slot : sampler.draw(table, count, random)) {
        counts[slot]++;
      }
    }
    double expected = rounds * count / 30.0;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (table.contains(slot)) {
        assertThat((double) counts[slot]).isCloseTo(expected, within(6 * Math.sqrt(expected)));
      } else {
        assertThat(counts[slot]).isZero();
      }
    }
  }

  @Test
  void eachSlotKnowsItsColumnInTheLastDrawOnly() {
    int[] all = IntStream.range(0, SLOTS).toArray();
    for (int round = 0; round < 50; round++) {
      int[] drawn = sampler.draw(table, 6, random);
      int[] columns = sampler.columns(all);
      for (int slot : all) {
        int place = IntStream.range(0, 6).filter(k -> drawn[k] == slot).findAny().orElse(-1);
        assertThat(columns[slot]).isEqualTo(place);
      }
    }
  }

  @Test
  void followsATableThatGrows() {
    sampler.draw(table, 3, random);
    for (int i = 0; i < 200; i++) {
      table.add(new float[] {i});
    }
    boolean isNewMet = false;
    for (int round = 0; round < 50; round++) {
      isNewMet |= Arrays.stream(sampler.draw(table, 6, random)).anyMatch(slot -> slot >= SLOTS);
    }
    assertThat(isNewMet).isTrue();
  }

  @Test
  void whatWasDrawnIsTheCallersOwn() {
    int[] drawn = sampler.draw(table, 6, random);
    int first = drawn[0];
    drawn[0] = 999;
    assertThat(sampler.columns(new int[] {first})).containsExactly(0);
  }

  @Test
  void anEmptyTableGivesNothing() {
    try (EmbeddingTable empty = new EmbeddingTable(1, 4)) {
      assertThat(sampler.draw(empty, 6, random)).isEmpty();
    }
  }
}
