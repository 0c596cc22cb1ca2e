package dev.headwater.store.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.Quantizer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FormatLossTest {
  @Test
  void narrowFormatsRankNearlyAsTheExactOne() {
    Random random = new Random(4);
    float[][] table = new float[800][32];
    float[][] users = new float[150][32];
    int[] targets = new int[users.length];
    for (float[] row : table) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    for (int user = 0; user < users.length; user++) {
      targets[user] = random.nextInt(table.length);
      for (int i = 0; i < users[user].length; i++) {
        users[user][i] = table[targets[user]][i] * 0.5f + (float) random.nextGaussian();
      }
    }
    List<FormatLoss> losses = FormatLoss.measure(table, users, targets);
    assertThat(losses)
        .extracting(FormatLoss::format)
        .containsExactly(VectorFormat.FP32, VectorFormat.FP16, VectorFormat.INT8);
    double exact = losses.get(0).hr10();
    assertThat(exact).isBetween(0.3, 0.999);
    assertThat(losses.get(0).overlap10()).isEqualTo(1);
    assertThat(losses.get(1).hr10()).isCloseTo(exact, org.assertj.core.data.Offset.offset(0.01));
    assertThat(losses.get(2).hr10()).isCloseTo(exact, org.assertj.core.data.Offset.offset(0.03));
    assertThat(losses.get(2).overlap10()).isBetween(0.8, 0.9999);
  }

  @Test
  void aHitCountsByPlaceAndTiesGoToTheEarlierItem() {
    float[][] table = {{1}, {1}, {0}};
    FormatLoss exact = FormatLoss.measure(table, new float[][] {{1}, {1}}, new int[] {0, 1}).get(0);
    assertThat(exact.hr10()).isEqualTo(1);
    assertThat(exact.ndcg10())
        .isCloseTo((1 + Math.log(2) / Math.log(3)) / 2, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void everyUserNeedsATarget() {
    assertThatThrownBy(() -> FormatLoss.measure(new float[1][1], new float[2][1], new int[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void roundTripIsWhatTheStoreReadsBack() {
    float[] vector = {1.5f, -0.3f, 0.001f, 100f};
    assertThat(Quantizer.roundTrip(vector, VectorFormat.FP32)).isEqualTo(vector);
    assertThat(Quantizer.roundTrip(vector, VectorFormat.FP16)[1]).isNotEqualTo(-0.3f);
    float[] int8 = Quantizer.roundTrip(vector, VectorFormat.INT8);
    assertThat(int8[3]).isEqualTo(127 * (100f / 127));
    assertThat(int8[2]).isZero();
  }
}
