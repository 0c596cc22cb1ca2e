package dev.headwater.serving.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UserVectorTest {
  private static final RowsTravelled TWO_ROWS = new RowsTravelled(2, 0, 0);

  @Test
  void keepsValuesWithinARelativeErrorOfAHalf() {
    Random random = new Random(2);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8) - 4));
    }
    float[] found = kept(values);
    for (int i = 0; i < values.length; i++) {
      double error = Math.max(Math.abs(values[i]) * 0x1p-11, 0x1p-25);
      assertThat((double) found[i]).isCloseTo(values[i], within(error));
    }
  }

  @Test
  void whatIsTooLargeStaysFinite() {
    assertThat(kept(1e30f, -1e30f, Float.POSITIVE_INFINITY, 0, -0f))
        .containsExactly(65_504, -65_504, 65_504, 0, -0f);
  }

  @Test
  void givesItsValuesAwayInANewArray() {
    UserVector vector = new UserVector(1, TWO_ROWS, 0, new float[] {1, 2});
    vector.values()[0] = 9;
    assertThat(vector.values()).containsExactly(1, 2);
  }

  @Test
  void saysWhatItWasMadeFrom() {
    UserVector vector = new UserVector(7, TWO_ROWS, 3, new float[] {1});
    assertThat(vector.isOf(7)).isTrue();
    assertThat(vector.isOf(8)).isFalse();
    assertThat(vector.standIns()).isEqualTo(3);
    assertThat(vector.isFromTextAlone()).isFalse();
    assertThat(vector.isNone()).isFalse();
    assertThat(UserVector.NONE.isNone()).isTrue();
    assertThat(new UserVector(7, new RowsTravelled(0, 0, 0), 1, new float[] {1}).isFromTextAlone())
        .isTrue();
  }

  private static float[] kept(float... values) {
    return new UserVector(1, TWO_ROWS, 0, values).values();
  }
}
