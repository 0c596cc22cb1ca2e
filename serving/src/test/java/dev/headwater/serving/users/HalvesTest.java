package dev.headwater.serving.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.Vectors;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalvesTest {
  @Test
  void agreesWithTheWireFormat() {
    Random random = new Random(2);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(11) - 7));
    }
    float[] expected = Vectors.unpack(Vectors.fp16(values));
    float[] found = Halves.floats(Halves.of(values));
    for (int i = 0; i < values.length; i++) {
      assertThat(found[i])
          .as("%s", values[i])
          .isCloseTo(expected[i], within(Math.max(6e-8f, Math.abs(expected[i]) * 1e-6f)));
    }
  }

  @Test
  void whatIsTooLargeStaysFinite() {
    float[] found = Halves.floats(Halves.of(new float[] {1e30f, -1e30f, 0, -0f}));
    assertThat(found).containsExactly(65_504, -65_504, 0, -0f);
  }
}
