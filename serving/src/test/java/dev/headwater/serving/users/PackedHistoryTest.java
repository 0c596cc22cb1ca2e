package dev.headwater.serving.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedHistoryTest {
  @Test
  void givesBackWhatWasPacked() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int[] codes = new int[random.nextInt(200)];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = random.nextInt() >>> (1 + random.nextInt(31));
      }
      String event = "é".repeat(random.nextInt(100)) + round;
      int[] disliked = random.ints(random.nextInt(4), 0, Integer.MAX_VALUE).toArray();
      byte[] packed = PackedHistory.pack(codes, disliked, event);
      assertThat(PackedHistory.codes(packed)).containsExactly(codes);
      assertThat(PackedHistory.disliked(packed)).containsExactly(disliked);
      assertThat(PackedHistory.eventId(packed)).isEqualTo(event);
    }
  }

  @Test
  void takesThreeBytesAnItemInACatalogOfAMillion() {
    int[] codes = new Random(1).ints(50, 0, 1_000_000).toArray();
    assertThat(PackedHistory.pack(codes, new int[0], "").length).isLessThan(3 * codes.length + 2);
  }
}
