package dev.headwater.jobs.coldstart;

import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.idp.text.TextEncoder;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A text encoder that adds a fixed random vector a word: similar words, similar vectors. Encoders
 * of different ids have different vectors.
 */
final class WordEncoder implements TextEncoder {
  static final int DIM = 24;
  static final AtomicInteger TEXTS = new AtomicInteger();

  private final String id;

  WordEncoder(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int dim() {
    return DIM;
  }

  @Override
  public float[][] encode(List<String> texts) {
    TEXTS.addAndGet(texts.size());
    return texts.stream().map(text -> encode(id, text)).toArray(float[][]::new);
  }

  static float[] encode(String id, String text) {
    float[] vector = new float[DIM];
    for (String word : text.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
      SplittableRandom random = new SplittableRandom((id + word).hashCode());
      for (int i = 0; i < DIM; i++) {
        vector[i] += (float) random.nextGaussian();
      }
    }
    double norm = 0;
    for (float value : vector) {
      norm += value * value;
    }
    for (int i = 0; i < DIM; i++) {
      vector[i] /= (float) Math.sqrt(norm);
    }
    return vector;
  }

  @Override
  public @Nullable String unfit(String text) {
    return text.contains("\u6728") ? "a language of others" : TextEncoder.super.unfit(text);
  }

  /** Of two words one. */
  @Override
  public double known(String text) {
    return text.contains("\u6728") ? 0.5 : 1;
  }

  @Override
  public void close() {}

  /** A matcher for such texts, over an empty pool. */
  static MatchingModel matching() {
    return new MatchingModel(
        "enc",
        "words",
        DIM,
        2,
        new ItemPool(DIM, 2),
        TextSlope.none(),
        new float[] {1, 0},
        SpreadBonus.of(new float[][] {{1, 1}}, 1));
  }
}
