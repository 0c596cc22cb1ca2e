package dev.headwater.idp.heldout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.List;

/** Text nearest neighbours: cosine with the mean of the text vectors of the last items. */
public final class TextScorer implements Scorer, AutoCloseable {
  private final Rows texts;
  private final int itemCount;
  private final int lastItems;

  /**
   * Makes a scorer.
   *
   * @param textVectors unit vectors, one an item
   * @param lastItems how many items of a history count
   */
  public TextScorer(float[][] textVectors, int lastItems) {
    itemCount = textVectors.length;
    this.lastItems = lastItems;
    texts = new Rows(textVectors[0].length, itemCount);
    for (int i = 0; i < itemCount; i++) {
      texts.set(i, textVectors[i]);
    }
  }

  @Override
  public float[][] scores(List<int[]> histories) {
    int dim = texts.dim();
    float[] queries = new float[histories.size() * dim];
    float[] text = new float[dim];
    for (int i = 0; i < histories.size(); i++) {
      int[] history = histories.get(i);
      int used = Math.min(lastItems, history.length);
      for (int back = 1; back <= used; back++) {
        texts.get(history[history.length - back], text, 0);
        for (int k = 0; k < dim; k++) {
          queries[i * dim + k] += text[k] / used;
        }
      }
    }
    float[][] scores = new float[histories.size()][itemCount];
    try (NDManager step = Torch.newManager()) {
      NDArray query = step.create(queries, new Shape(histories.size(), dim));
      NDArray all = query.matMul(texts.array().transpose());
      FloatBuffer buffer = Torch.floats(all);
      int width = (int) all.getShape().get(1);
      for (int i = 0; i < scores.length; i++) {
        buffer.get(i * width, scores[i]);
      }
    }
    return scores;
  }

  @Override
  public void close() {
    texts.close();
  }
}
