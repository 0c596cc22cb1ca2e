package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/** A frozen encoder for serving: float arrays in and out. Safe for many threads. */
public final class UserEncoder implements AutoCloseable {
  /** Histories a forward pass, so that memory stays bounded whatever a caller asks for. */
  private static final int MAX_BATCH = 256;

  private final SequenceEncoder encoder;
  private final NDManager manager;

  /** Takes over the encoder and closes it in the end. */
  public UserEncoder(SequenceEncoder encoder) {
    this.encoder = encoder;
    manager = Torch.newManager(encoder.parameters().device());
    encoder.parameters().setTrainable(false);
  }

  /** Length of an item embedding and of a user vector. */
  public int dim() {
    return encoder.dim();
  }

  /** How many items of a history count, the last ones. */
  public int maxLength() {
    return encoder.maxLength();
  }

  /**
   * Encodes histories into user vectors.
   *
   * @param histories each {@code [n][dim]}, oldest first, n at least 1; the last maxLength count
   * @return one vector a history
   */
  public float[][] encode(List<float[][]> histories) {
    float[][] users = new float[histories.size()][];
    for (int from = 0; from < users.length; from += MAX_BATCH) {
      int to = Math.min(users.length, from + MAX_BATCH);
      encode(histories.subList(from, to), users, from);
    }
    return users;
  }

  @Override
  public void close() {
    manager.close();
    encoder.close();
  }

  private void encode(List<float[][]> histories, float[][] users, int at) {
    int dim = encoder.dim();
    int[] lengths = new int[histories.size()];
    int longest = 1;
    for (int row = 0; row < lengths.length; row++) {
      int length = histories.get(row).length;
      if (length == 0) {
        throw new IllegalArgumentException("history " + (at + row) + " is empty");
      }
      lengths[row] = Math.min(length, encoder.maxLength());
      longest = Math.max(longest, lengths[row]);
    }
    float[] flat = new float[lengths.length * longest * dim];
    for (int row = 0; row < lengths.length; row++) {
      float[][] history = histories.get(row);
      int end = (row + 1) * longest;
      for (int back = 1; back <= lengths[row]; back++) {
        float[] item = history[history.length - back];
        if (item.length != dim) {
          throw new IllegalArgumentException(
              "an embedding has " + dim + " values, not " + item.length);
        }
        System.arraycopy(item, 0, flat, (end - back) * dim, dim);
      }
    }
    try (NDManager step = manager.newSubManager()) {
      NDArray wide = step.create(flat, new Shape(lengths.length, longest, dim));
      NDArray items = wide.toType(encoder.parameters().type(), false);
      NDArray found = encoder.users(SequenceBatch.of(items, lengths));
      float[] out = found.toType(DataType.FLOAT32, false).toFloatArray();
      for (int row = 0; row < lengths.length; row++) {
        users[at + row] = Arrays.copyOfRange(out, row * dim, (row + 1) * dim);
      }
    }
  }
}
