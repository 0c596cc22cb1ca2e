package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Histories of different length in one array, padded on the left, so that the newest item of each
 * stands last.
 *
 * @param items {@code [batch, length, dim]} item embeddings; what stands in the padding is ignored
 * @param padding {@code [batch, 1, 1, length]}: 0 at items, a very large negative number at padding
 * @param lengths how many items each history has, at least 1
 * @param hidden {@code [batch, length, 1]}: 1 where an item is hidden from an encoder that guesses
 *     hidden items, 0 elsewhere; null where nothing is hidden
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
public record SequenceBatch(
    NDArray items, NDArray padding, int[] lengths, @Nullable NDArray hidden) {
  /** Added to the scores of positions that must not be looked at. */
  private static final float NEVER = -1e9f;

  /** The same in half precision, where twice as much is still finite. */
  private static final float NEVER_HALF = -3e4f;

  /** Makes the padding mask for histories of these lengths. */
  public static SequenceBatch of(NDArray items, int[] lengths) {
    int length = (int) items.getShape().get(1);
    NDArray mask = mask(items.getManager(), lengths, length, items.getDataType());
    return new SequenceBatch(items, mask, lengths, null);
  }

  /** What is added to the scores of positions that must not be looked at. */
  static float never(DataType type) {
    return type == DataType.FLOAT16 ? NEVER_HALF : NEVER;
  }

  /** The same with some items hidden: 1 a hidden position, row by row. */
  public SequenceBatch hiding(float[] positions) {
    NDArray marks = items.getManager().create(positions, new Shape(size(), length(), 1));
    return new SequenceBatch(items, padding, lengths, marks);
  }

  /** The same places with other vectors. */
  SequenceBatch with(NDArray otherItems) {
    return new SequenceBatch(otherItems, padding, lengths, hidden);
  }

  /** The length of the padded histories. */
  public int length() {
    return (int) items.getShape().get(1);
  }

  /** The number of histories. */
  public int size() {
    return lengths.length;
  }

  private static NDArray mask(NDManager manager, int[] lengths, int length, DataType type) {
    float[] mask = new float[lengths.length * length];
    for (int row = 0; row < lengths.length; row++) {
      for (int i = 0; i < length - lengths[row]; i++) {
        mask[row * length + i] = never(type);
      }
    }
    return manager.create(mask, new Shape(lengths.length, 1, 1, length)).toType(type, false);
  }
}
