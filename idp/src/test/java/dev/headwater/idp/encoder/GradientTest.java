package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What backward needs stays until backward, whatever the garbage collector does meanwhile. */
class GradientTest {
  private static final int BATCH = 4;
  private static final int LENGTH = 6;

  @ParameterizedTest
  @ValueSource(strings = {SasRec.KIND, Bert4Rec.KIND, Gru4Rec.KIND})
  void garbageCollectionBeforeBackwardChangesNothing(String kind) {
    try (SequenceEncoder encoder =
        SequenceEncoders.create(kind, EncoderConfig.defaults(), new SplittableRandom(1))) {
      encoder.parameters().setTrainable(true);
      float[] expected = gradient(encoder, () -> {});
      for (int round = 0; round < 3; round++) {
        assertThat(gradient(encoder, GradientTest::collectGarbage)).isEqualTo(expected);
      }
    }
  }

  private static float[] gradient(SequenceEncoder encoder, Runnable beforeBackward) {
    SplittableRandom random = new SplittableRandom(2);
    int values = BATCH * LENGTH * encoder.dim();
    Shape shape = new Shape(BATCH, LENGTH, encoder.dim());
    try (NDManager manager = Torch.newManager()) {
      NDArray items = manager.create(normal(random, values), shape);
      items.setRequiresGradient(true);
      NDArray slope = manager.create(normal(random, values), shape);
      SequenceBatch batch = SequenceBatch.of(items, new int[] {6, 3, 6, 1});
      NDArray hidden =
          Torch.recording(true, () -> encoder.hidden(batch, Dropout.none()).reshape(shape));
      beforeBackward.run();
      Torch.backward(hidden, slope);
      return items.getGradient().toFloatArray();
    }
  }

  /** Frees the buffers that nothing refers to, and takes their memory again for other values. */
  private static void collectGarbage() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      List<ByteBuffer> taken = new ArrayList<>();
      for (int k = 0; k < 10_000; k++) {
        taken.add(ByteBuffer.allocateDirect(4 + 4 * (k % 2)));
      }
      assertThat(taken).isNotEmpty();
    }
  }

  private static float[] normal(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
