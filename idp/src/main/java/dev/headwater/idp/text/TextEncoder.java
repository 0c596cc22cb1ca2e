package dev.headwater.idp.text;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into vectors whose dot product is their similarity. Implementations are safe for use
 * by many threads.
 */
public interface TextEncoder extends AutoCloseable {
  /** Names the weights: two encoders with the same id give the same vectors. */
  String id();

  /** What a bundle needs to make this encoder again; a name alone for one that it cannot carry. */
  default TextModel model() {
    return TextModel.miniLm().tuned(id(), Map.of());
  }

  /** The length of a vector. */
  int dim();

  /**
   * Encodes texts in batches of similar length.
   *
   * @param texts any number of texts, an empty text included
   * @return one row of unit norm a text, in the order given
   */
  float[][] encode(List<String> texts);

  /**
   * Tells why a text's vector would say nothing about the item, for a person; null where it does.
   * Such a text is encoded all the same, if asked: all of them come out near each other.
   */
  default @Nullable String unfit(String text) {
    return ItemText.isUsable(text) ? null : "neither letter nor digit in the text";
  }

  /** Returns how much of a text's words the encoder knows, 0 to 1; 1 where it cannot say. */
  default double known(String text) {
    return 1;
  }

  @Override
  void close();
}
