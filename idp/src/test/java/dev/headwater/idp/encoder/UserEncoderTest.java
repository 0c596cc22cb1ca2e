package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserEncoderTest {
  private static final int DIM = 8;
  private final SplittableRandom random = new SplittableRandom(1);

  @ParameterizedTest
  @ValueSource(strings = {SasRec.KIND, Bert4Rec.KIND, Gru4Rec.KIND})
  void aBatchGivesTheSameAsEachHistoryAlone(String kind) {
    EncoderConfig size = new EncoderConfig(DIM, 10, 2, 2, false);
    try (UserEncoder users =
        new UserEncoder(SequenceEncoders.create(kind, size, new SplittableRandom(3)))) {
      float[][] longest = history(9);
      float[][] middle = history(4);
      float[][] shortest = history(1);
      float[][] together = users.encode(List.<float[][]>of(longest, middle, shortest));
      assertClose(together[0], users.encode(List.<float[][]>of(longest))[0]);
      assertClose(together[1], users.encode(List.<float[][]>of(middle))[0]);
      assertClose(together[2], users.encode(List.<float[][]>of(shortest))[0]);
    }
  }

  @Test
  void onlyTheLastItemsCount() {
    try (UserEncoder users = new UserEncoder(encoder(false))) {
      float[][] history = history(15);
      float[][] tail = Arrays.copyOfRange(history, 5, 15);
      assertClose(
          users.encode(List.<float[][]>of(history))[0], users.encode(List.<float[][]>of(tail))[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theShortWayToTheLastPositionAgreesWithTheWholeForwardPass(boolean preNorm) {
    try (SasRec encoder = encoder(preNorm);
        NDManager manager = Torch.newManager()) {
      float[] flat = new float[2 * 6 * DIM];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = (float) random.nextGaussian();
      }
      NDArray items = manager.create(flat, new Shape(2, 6, DIM));
      SequenceBatch batch = SequenceBatch.of(items, new int[] {6, 3});
      float[] whole = encoder.hidden(batch, Dropout.none()).toFloatArray();
      float[] last = encoder.users(batch).toFloatArray();
      assertClose(Arrays.copyOfRange(last, 0, DIM), Arrays.copyOfRange(whole, 5 * DIM, 6 * DIM));
      assertClose(
          Arrays.copyOfRange(last, DIM, 2 * DIM), Arrays.copyOfRange(whole, 11 * DIM, 12 * DIM));
    }
  }

  @Test
  void anUnknownKindIsRefused() {
    assertThatThrownBy(() -> SequenceEncoders.create("lstm", EncoderConfig.defaults(), random))
        .hasMessageContaining("lstm");
  }

  @Test
  void earlierPositionsDoNotSeeLaterItems() {
    try (SasRec encoder = encoder(false);
        NDManager manager = Torch.newManager()) {
      float[] flat = new float[4 * DIM];
      Arrays.fill(flat, 0.5f);
      float[] before = firstThree(encoder, manager, flat);
      flat[3 * DIM] = 9;
      assertClose(firstThree(encoder, manager, flat), before);
    }
  }

  @Test
  void refusesEmptyHistoriesAndWrongDimensions() {
    try (UserEncoder users = new UserEncoder(encoder(false))) {
      assertThatThrownBy(() -> users.encode(List.<float[][]>of(new float[0][])))
          .hasMessageContaining("empty");
      assertThatThrownBy(() -> users.encode(List.<float[][]>of(new float[][] {new float[3]})))
          .hasMessageContaining("8 values");
      assertThat(users.encode(List.of())).isEmpty();
    }
  }

  private static float[] firstThree(SasRec encoder, NDManager manager, float[] flat) {
    NDArray items = manager.create(flat, new Shape(1, 4, DIM));
    SequenceBatch batch = SequenceBatch.of(items, new int[] {4});
    return Arrays.copyOf(encoder.hidden(batch, Dropout.none()).toFloatArray(), 3 * DIM);
  }

  private static SasRec encoder(boolean preNorm) {
    return new SasRec(new EncoderConfig(DIM, 10, 2, 2, preNorm), new SplittableRandom(3));
  }

  private float[][] history(int length) {
    float[][] history = new float[length][DIM];
    for (float[] row : history) {
      for (int k = 0; k < DIM; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return history;
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).containsExactly(expected, within(1e-5f));
  }
}
