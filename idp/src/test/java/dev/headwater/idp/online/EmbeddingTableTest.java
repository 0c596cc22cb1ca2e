package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddingTableTest {
  private final EmbeddingTable table = new EmbeddingTable(2, 4);

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void aRowKeepsItsSlot() {
    int a = table.add(new float[] {1, 2});
    int b = table.add(new float[] {3, 4});
    table.remove(a);
    assertThat(table.get(b)).containsExactly(3, 4);
    assertThat(table.contains(a)).isFalse();
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.highWater()).isEqualTo(2);
  }

  @Test
  void aNewRowTakesTheSlotThatWasFreedLast() {
    int[] slots = new int[3];
    for (int i = 0; i < 3; i++) {
      slots[i] = table.add(new float[] {i, i});
    }
    table.remove(slots[0]);
    table.remove(slots[2]);
    assertThat(table.add(new float[] {9, 9})).isEqualTo(slots[2]);
    assertThat(table.add(new float[] {8, 8})).isEqualTo(slots[0]);
    assertThat(table.add(new float[] {7, 7})).isEqualTo(3);
  }

  @Test
  void refusesSlotsThatHoldNothing() {
    int slot = table.add(new float[] {1, 2});
    table.remove(slot);
    for (int bad : new int[] {slot, -1, 100}) {
      assertThatThrownBy(() -> table.get(bad)).hasMessageContaining("slot " + bad);
      assertThatThrownBy(() -> table.set(bad, new float[2])).hasMessageContaining("slot " + bad);
      assertThatThrownBy(() -> table.remove(bad)).hasMessageContaining("slot " + bad);
      assertThat(table.contains(bad)).isFalse();
    }
  }

  @Test
  void refusesAHistoryWithASlotThatHoldsNothing() {
    int slot = table.add(new float[] {1, 2});
    Example example = new Example(new int[] {slot, 3}, slot);
    assertThatThrownBy(() -> new TableBatch(List.of(example), table))
        .hasMessageContaining("slot 3");
  }

  @Test
  void aRowOfAnotherLengthTakesNoSlot() {
    assertThatThrownBy(() -> table.add(new float[3])).isInstanceOf(IllegalArgumentException.class);
    assertThat(table.size()).isZero();
    assertThat(table.add(new float[] {1, 2})).isZero();
  }

  @Test
  void behavesLikeAMapWhateverIsAddedAndRemoved() {
    SplittableRandom random = new SplittableRandom(21);
    Map<Integer, Float> expected = new HashMap<>();
    for (int step = 0; step < 5_000; step++) {
      if (expected.isEmpty() || random.nextInt(100) < 52) {
        float value = step;
        int slot = table.add(new float[] {value, -value});
        assertThat(expected.put(slot, value)).as("slot %d was free", slot).isNull();
      } else {
        List<Integer> slots = new ArrayList<>(expected.keySet());
        int slot = slots.get(random.nextInt(slots.size()));
        if (random.nextBoolean()) {
          table.remove(slot);
          expected.remove(slot);
        } else {
          table.set(slot, new float[] {-7, 7});
          expected.put(slot, -7f);
        }
      }
      assertThat(table.size()).isEqualTo(expected.size());
      assertThat(table.size() + table.freeCount()).isEqualTo(table.highWater());
    }
    Set<Integer> live = new HashSet<>();
    for (int i = 0; i < table.size(); i++) {
      live.add(table.liveSlot(i));
    }
    assertThat(live).isEqualTo(expected.keySet());
    for (int i = 0; i < table.freeCount(); i++) {
      assertThat(table.contains(table.freeSlot(i))).isFalse();
    }
    expected.forEach((slot, value) -> assertThat(table.get(slot)).containsExactly(value, -value));
  }
}
