package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One layer of self-attention and feed-forward, as SASRec and BERT4Rec use it: {@code A = LN(H +
 * MH(H))}, {@code H' = LN(A + FFN(A))} (post-norm), or with the norms before the sub-layers.
 */
final class TransformerBlock {
  /** What every norm of an encoder adds to a variance. */
  static final float EPSILON = 1e-5f;

  private final int dim;
  private final int heads;
  private final boolean preNorm;
  private final NDArray qkvWeight;
  private final NDArray qkvBias;
  private final NDArray outWeight;
  private final NDArray outBias;
  private final NDArray wideWeight;
  private final NDArray wideBias;
  private final NDArray narrowWeight;
  private final NDArray narrowBias;
  private final NDArray gain1;
  private final NDArray bias1;
  private final NDArray gain2;
  private final NDArray bias2;
  private final @Nullable Patch attentionPatch;
  private final @Nullable Patch feedForwardPatch;

  TransformerBlock(EncoderConfig config, String name, Parameters all, RandomGenerator random) {
    this(config, name, all, random, false);
  }

  /** With a {@link Patch} after each sub-layer, or without. */
  TransformerBlock(
      EncoderConfig config, String name, Parameters all, RandomGenerator random, boolean patched) {
    dim = config.dim();
    heads = config.heads();
    preNorm = config.preNorm();
    double deviation = 1 / Math.sqrt(dim);
    int wide = 4 * dim;
    qkvWeight = all.normal(name + ".qkv.weight", random, deviation, 3L * dim, dim).array();
    qkvBias = all.zeros(name + ".qkv.bias", 3L * dim).array();
    outWeight = all.normal(name + ".out.weight", random, deviation, dim, dim).array();
    outBias = all.zeros(name + ".out.bias", dim).array();
    wideWeight = all.normal(name + ".ffn1.weight", random, deviation, wide, dim).array();
    wideBias = all.zeros(name + ".ffn1.bias", wide).array();
    narrowWeight = all.normal(name + ".ffn2.weight", random, deviation / 2, dim, wide).array();
    narrowBias = all.zeros(name + ".ffn2.bias", dim).array();
    gain1 = all.constant(name + ".norm1.gain", 1, dim).array();
    bias1 = all.zeros(name + ".norm1.bias", dim).array();
    gain2 = all.constant(name + ".norm2.gain", 1, dim).array();
    bias2 = all.zeros(name + ".norm2.bias", dim).array();
    attentionPatch = patched ? new Patch(dim, name + ".patch1", all, random) : null;
    feedForwardPatch = patched ? new Patch(dim, name + ".patch2", all, random) : null;
  }

  /** All positions: {@code [batch, length, dim]} in and out; the mask is added to the scores. */
  NDArray forward(NDArray x, NDArray mask, Dropout dropout) {
    long batch = x.getShape().get(0);
    long length = x.getShape().get(1);
    NDArray input = preNorm ? norm1(x) : x;
    NDArray qkv =
        Torch.linear(input, qkvWeight, qkvBias)
            .reshape(batch, length, 3, heads, dim / heads)
            .transpose(2, 0, 3, 1, 4);
    NDArray attended = attend(qkv.get(0), qkv.get(1), qkv.get(2), mask).reshape(batch, length, dim);
    return finish(x, attended, dropout);
  }

  /** The last position alone: {@code [batch, length, dim]} in, {@code [batch, 1, dim]} out. */
  NDArray forwardLast(NDArray x, NDArray lastMask) {
    long batch = x.getShape().get(0);
    long length = x.getShape().get(1);
    NDArray last = x.get(new NDIndex().addAllDim().addSliceDim(length - 1, length).addAllDim());
    NDArray input = preNorm ? norm1(x) : x;
    NDManager manager = x.getManager();
    NDArray q =
        Torch.linear(
                preNorm ? norm1(last) : last,
                part(manager, qkvWeight, 0, dim),
                part(manager, qkvBias, 0, dim))
            .reshape(batch, 1, heads, dim / heads)
            .transpose(0, 2, 1, 3);
    NDArray kv =
        Torch.linear(
                input, part(manager, qkvWeight, dim, 3 * dim), part(manager, qkvBias, dim, 3 * dim))
            .reshape(batch, length, 2, heads, dim / heads)
            .transpose(2, 0, 3, 1, 4);
    NDArray attended = attend(q, kv.get(0), kv.get(1), lastMask).reshape(batch, 1, dim);
    return finish(last, attended, Dropout.none());
  }

  private NDArray attend(NDArray q, NDArray k, NDArray v, NDArray mask) {
    NDArray scaled = Torch.scaled(q, (float) (1 / Math.sqrt((double) dim / heads)));
    NDArray scores = scaled.matMul(k.transpose(0, 1, 3, 2));
    return scores.add(mask).softmax(-1).matMul(v).transpose(0, 2, 1, 3);
  }

  private NDArray finish(NDArray x, NDArray attended, Dropout dropout) {
    NDArray out = patched(attentionPatch, Torch.linear(attended, outWeight, outBias));
    NDArray a = x.add(dropout.apply(out));
    if (preNorm) {
      return a.add(dropout.apply(patched(feedForwardPatch, feedForward(norm2(a)))));
    }
    a = norm1(a);
    return norm2(a.add(dropout.apply(patched(feedForwardPatch, feedForward(a)))));
  }

  private NDArray feedForward(NDArray x) {
    NDArray wide = Torch.linear(x, wideWeight, wideBias).getNDArrayInternal().relu();
    return Torch.linear(wide, narrowWeight, narrowBias);
  }

  private static NDArray patched(@Nullable Patch patch, NDArray x) {
    return patch == null ? x : patch.apply(x);
  }

  private NDArray norm1(NDArray x) {
    return Torch.layerNorm(x, gain1, bias1, EPSILON);
  }

  private NDArray norm2(NDArray x) {
    return Torch.layerNorm(x, gain2, bias2, EPSILON);
  }

  private static NDArray part(NDManager manager, NDArray weight, int from, int to) {
    return weight.get(manager, new NDIndex().addSliceDim(from, to));
  }
}
