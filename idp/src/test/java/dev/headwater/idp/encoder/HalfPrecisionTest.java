package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of two bytes give the same user vectors, as far as two bytes can. */
class HalfPrecisionTest {
  private static final EncoderConfig CONFIG = new EncoderConfig(16, 50, 2, 2, false);

  @ParameterizedTest
  @ValueSource(strings = {SasRec.KIND, Bert4Rec.KIND, Gru4Rec.KIND})
  void halfPrecisionPointsTheSameWay(String kind) {
    SequenceEncoder exact = SequenceEncoders.create(kind, CONFIG, new SplittableRandom(1));
    SequenceEncoder half =
        SequenceEncoders.create(
            kind, CONFIG, new SplittableRandom(2), DataType.FLOAT16, ComputeDevice.CPU);
    half.parameters().set(exact.parameters().values());
    List<float[][]> histories = histories();
    try (UserEncoder wide = new UserEncoder(exact);
        UserEncoder narrow = new UserEncoder(half)) {
      float[][] expected = wide.encode(histories);
      float[][] found = narrow.encode(histories);
      for (int i = 0; i < expected.length; i++) {
        assertThat(cosine(expected[i], found[i])).as("history %d", i).isGreaterThan(0.999);
      }
    }
  }

  /** Of different lengths, so that padding has its part. */
  private static List<float[][]> histories() {
    Random random = new Random(4);
    List<float[][]> histories = new ArrayList<>();
    for (int length : new int[] {1, 3, 20, 50}) {
      float[][] history = new float[length][CONFIG.dim()];
      for (float[] row : history) {
        for (int d = 0; d < row.length; d++) {
          row[d] = (float) random.nextGaussian();
        }
      }
      histories.add(history);
    }
    return histories;
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int d = 0; d < a.length; d++) {
      dot += a[d] * b[d];
      squareA += a[d] * a[d];
      squareB += b[d] * b[d];
    }
    return dot / Math.sqrt(squareA * squareB);
  }
}
