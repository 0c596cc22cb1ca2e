package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.Dropout;
import dev.headwater.idp.tensor.Torch;
import org.jspecify.annotations.Nullable;

/** Self-attention and feed-forward, each followed by its residual and norm. */
final class BertLayer {
  private static final int PARTS = 3;

  private final int heads;
  private final Linear qkv;
  private final Linear merge;
  private final Norm attentionNorm;
  private final Linear widen;
  private final Linear narrow;
  private final Norm outputNorm;

  BertLayer(BertWeights weights, String path, int heads) {
    this.heads = heads;
    this.qkv = weights.stacked(path + ".attention.self");
    this.merge = weights.linear(path + ".attention.output.dense");
    this.attentionNorm = weights.norm(path + ".attention.output.LayerNorm");
    this.widen = weights.linear(path + ".intermediate.dense");
    this.narrow = weights.linear(path + ".output.dense");
    this.outputNorm = weights.norm(path + ".output.LayerNorm");
  }

  /**
   * Takes {@code x} over and gives its successor to the same manager.
   *
   * @param x {@code [texts, tokens, width]}
   * @param mask added to the attention scores; absent when no text is padded
   * @param dropout after attention and after each sub-layer
   */
  NDArray apply(NDArray x, @Nullable NDArray mask, Dropout dropout) {
    NDManager owner = x.getManager();
    try (NDManager scope = owner.newSubManager()) {
      x.attach(scope);
      NDArray merged = dropout.apply(merge.apply(attend(x, mask, dropout)));
      NDArray seen = attentionNorm.apply(merged.addi(x));
      NDArray wide = widen.apply(seen).getNDArrayInternal().gelu();
      NDArray out = outputNorm.apply(dropout.apply(narrow.apply(wide)).addi(seen));
      out.attach(owner);
      return out;
    }
  }

  private NDArray attend(NDArray x, @Nullable NDArray mask, Dropout dropout) {
    Shape shape = x.getShape();
    int width = Math.toIntExact(shape.get(2)) / heads;
    NDArray parts =
        qkv.apply(x)
            .reshape(shape.get(0), shape.get(1), PARTS, heads, width)
            .transpose(2, 0, 3, 1, 4);
    NDArray query = Torch.scaled(parts.get(0), (float) (1 / Math.sqrt(width)));
    NDArray scores = query.matMul(parts.get(1).transpose(0, 1, 3, 2));
    NDArray masked = mask == null ? scores : scores.addi(mask);
    return dropout
        .apply(masked.softmax(-1))
        .matMul(parts.get(2))
        .transpose(0, 2, 1, 3)
        .reshape(shape);
  }
}
