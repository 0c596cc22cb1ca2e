package dev.headwater.idp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.BlockDropout;
import dev.headwater.idp.encoder.Dropout;
import dev.headwater.idp.optim.AdamConfig;
import dev.headwater.idp.optim.ParameterAdam;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * UniSRec's adaptor (Hou et al., KDD 2022): parametric whitening by several experts, {@code (t -
 * b_k) W_k}, mixed by a gate whose logits are noisy in training. What is seen of an item is its row
 * plus its adapted text, at unit length; rows of zeros leave the text alone. For one thread.
 *
 * <p>{@code (t - b) W} is computed as {@code t W + c}, which is the same map.
 */
public final class MoeAdaptor implements RowAdaptor {
  private static final int EXPERTS = 8;
  private static final double START_DEVIATION = 0.02;
  private static final float DROPOUT = 0.2f;

  private final Rows texts;
  private final int dim;
  private final float rate;
  private final SplittableRandom random;
  private final NDManager manager = Torch.newManager();
  private final Parameters parameters = new Parameters();
  private final NDArray expertWeight;
  private final NDArray expertBias;
  private final NDArray gateWeight;
  private final NDArray gateBias;
  private final NDArray noiseWeight;
  private final NDArray noiseBias;
  private final ParameterAdam adam;
  private final BlockDropout dropout = new BlockDropout(DROPOUT);
  private @Nullable Shown last;

  @SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
  private record Shown(NDManager scope, int[] rows, NDArray ids, NDArray output) {}

  /**
   * Starts from small random weights and an even gate.
   *
   * @param vectors text vectors, one a row of the table
   * @param dim length of a row
   * @param rate Adam's step
   */
  public MoeAdaptor(float[][] vectors, int dim, float rate, SplittableRandom random) {
    this.dim = dim;
    this.rate = rate;
    this.random = random;
    int width = vectors[0].length;
    texts = new Rows(width, vectors.length);
    for (int i = 0; i < vectors.length; i++) {
      texts.set(i, vectors[i]);
    }
    expertWeight =
        parameters
            .normal("experts.weight", random, START_DEVIATION, (long) EXPERTS * dim, width)
            .array();
    expertBias = parameters.zeros("experts.bias", (long) EXPERTS * dim).array();
    gateWeight = parameters.zeros("gate.weight", EXPERTS, width).array();
    gateBias = parameters.zeros("gate.bias", EXPERTS).array();
    noiseWeight = parameters.zeros("noise.weight", EXPERTS, width).array();
    noiseBias = parameters.zeros("noise.bias", EXPERTS).array();
    adam = new ParameterAdam(AdamConfig.defaults(), parameters);
    dropout.redraw(random.nextLong());
    parameters.setTrainable(true);
  }

  /** Its weights. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Adapts the texts of some rows.
   *
   * @param scope owns every array made here
   * @param training with dropout and a noisy gate
   * @return {@code [rows, dim]}, not at unit length
   */
  public NDArray adapted(NDManager scope, int[] rows, boolean training) {
    NDArray raw = Torch.rows(indices(scope, rows), texts.array());
    NDArray x = (training ? dropout : Dropout.none()).apply(raw);
    NDArray gate = Torch.linear(raw, gateWeight, gateBias);
    if (training) {
      NDArray deviation = Torch.linear(raw, noiseWeight, noiseBias).getNDArrayInternal().softPlus();
      gate = gate.add(noise(scope, rows.length).mul(deviation));
    }
    NDArray shares = gate.softmax(1).reshape(rows.length, EXPERTS, 1);
    NDArray experts = Torch.linear(x, expertWeight, expertBias).reshape(rows.length, EXPERTS, dim);
    return experts.mul(shares).sum(new int[] {1});
  }

  @Override
  public void show(Rows view, int[] rows, boolean training) {
    forget();
    NDManager scope = manager.newSubManager();
    float[] ids = new float[rows.length * dim];
    for (int i = 0; i < rows.length; i++) {
      view.get(rows[i], ids, i * dim);
    }
    NDArray table = scope.create(ids, new Shape(rows.length, dim));
    table.setRequiresGradient(training);
    NDArray output =
        Torch.recording(training, () -> Torch.unit(adapted(scope, rows, training).add(table)));
    FloatBuffer shown = Torch.floats(output);
    shown.get(0, ids);
    for (int i = 0; i < rows.length; i++) {
      view.set(rows[i], ids, i * dim);
    }
    last = new Shown(scope, rows, table, output);
    if (!training) {
      forget();
    }
  }

  @Override
  public void collect(RowGradients shown) {
    Shown seen = last;
    if (seen == null) {
      throw new IllegalStateException("nothing was shown");
    }
    float[] gradients = new float[seen.rows().length * dim];
    int[] places = places(seen.rows(), shown);
    float[] one = new float[dim];
    for (int i = 0; i < places.length; i++) {
      shown.get(i, one);
      System.arraycopy(one, 0, gradients, places[i] * dim, dim);
    }
    NDArray slope = seen.scope().create(gradients, new Shape(seen.rows().length, dim));
    Torch.backward(seen.output(), slope);
    FloatBuffer ids = Torch.floats(seen.ids().getGradient());
    for (int i = 0; i < places.length; i++) {
      ids.get(places[i] * dim, one);
      shown.set(i, one);
    }
    forget();
  }

  @Override
  public void step() {
    adam.step(rate);
  }

  @Override
  public void close() {
    forget();
    parameters.close();
    texts.close();
    dropout.close();
    manager.close();
  }

  private void forget() {
    if (last != null) {
      last.scope().close();
      last = null;
    }
  }

  /** Where each touched row stands among those that were shown. */
  private static int[] places(int[] rows, RowGradients touched) {
    int[] placeOf = new int[Arrays.stream(rows).max().orElse(-1) + 1];
    for (int i = 0; i < rows.length; i++) {
      placeOf[rows[i]] = i;
    }
    return Arrays.stream(touched.rows()).map(row -> placeOf[row]).toArray();
  }

  private NDArray noise(NDManager scope, int rows) {
    float[] values = new float[rows * EXPERTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return scope.create(values, new Shape(rows, EXPERTS));
  }

  private static NDArray indices(NDManager scope, int[] rows) {
    return scope.create(Arrays.stream(rows).asLongStream().toArray(), new Shape(rows.length));
  }
}
