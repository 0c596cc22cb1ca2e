package dev.headwater.idp.text;

import java.util.List;

/**
 * Turns texts into vectors whose dot product is their similarity. Implementations are safe for use
 * by many threads.
 */
public interface TextEncoder extends AutoCloseable {
  /** Names the weights: two encoders with the same id give the same vectors. */
  String id();

  /** The length of a vector. */
  int dim();

  /**
   * Encodes texts in batches of similar length.
   *
   * @param texts any number of texts, an empty text included
   * @return one row of unit norm a text, in the order given
   */
  float[][] encode(List<String> texts);

  @Override
  void close();
}
