package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BiasedEncoderTest {
  private static final EncoderConfig SIZE = new EncoderConfig(16, 10, 2, 2, false);
  private static final BiasDimension BIAS = new BiasDimension(7, 3);

  static Stream<Arguments> encoders() {
    return Stream.of(SasRec.KIND, Bert4Rec.KIND, Gru4Rec.KIND)
        .flatMap(
            kind ->
                Stream.of(DataType.FLOAT32, DataType.FLOAT16)
                    .map(type -> Arguments.of(kind, type)));
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void aBiasMovesAnItemsScoreForEverybodyAndNoUserVector(String kind, DataType type) {
    SequenceEncoder encoder =
        SequenceEncoders.create(kind, SIZE, new SplittableRandom(1), type, ComputeDevice.CPU);
    try (UserEncoder users = new UserEncoder(new BiasedEncoder(encoder, BIAS))) {
      float[][] history = history();
      float[] before = users.encode(List.<float[][]>of(history))[0];
      for (float[] item : history) {
        item[BIAS.dimension()] += 5;
      }
      float[] after = users.encode(List.<float[][]>of(history))[0];
      assertThat(after).isEqualTo(before);
      assertThat(after[BIAS.dimension()]).isEqualTo(BIAS.gain());
    }
  }

  @Test
  void takesTheDimensionThatIsUsedLeast() {
    float[] row = new float[16];
    Arrays.fill(row, -1);
    row[9] = 0.5f;
    assertThat(BiasDimension.leastUsed(List.of(row))).isEqualTo(new BiasDimension(9, 3));
    assertThat(BiasDimension.leastUsed(List.of(new float[15]))).isNull();
    assertThat(BIAS.cleared(row)).hasSize(16).endsWith(-1, -1).contains(0.5f);
    assertThat(row[7]).isEqualTo(-1);
  }

  private static float[][] history() {
    Random random = new Random(4);
    float[][] history = new float[4][SIZE.dim()];
    for (float[] row : history) {
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return history;
  }
}
