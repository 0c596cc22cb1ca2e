package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortsByItemTest {
  @Test
  void eachItemKeepsItsOwn() {
    Random random = new Random(3);
    short[] expected = new short[5_000];
    ShortsByItem values = new ShortsByItem();
    for (int i = 0; i < 20_000; i++) {
      int item = random.nextInt(expected.length);
      expected[item] = (short) random.nextInt();
      values.set(item, expected[item]);
    }
    for (int item = 0; item < expected.length; item++) {
      assertThat(values.get(item)).isEqualTo(expected[item]);
    }
    assertThat(values.get(expected.length + 100_000)).isZero();
  }
}
