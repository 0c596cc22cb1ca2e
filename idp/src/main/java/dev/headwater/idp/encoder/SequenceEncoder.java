package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import dev.headwater.idp.tensor.Parameters;

/**
 * Turns a history of item embeddings into a user vector; score = dot product with an item. It owns
 * its weights and nothing else: item embeddings come in with the batch. Forward passes may run on
 * many threads as long as nobody trains it.
 */
public interface SequenceEncoder extends AutoCloseable {
  /** The name of the architecture, such as {@code sasrec}. */
  String kind();

  /** Length of an item embedding and of a user vector. */
  int dim();

  /** How many items of a history count, the last ones. */
  int maxLength();

  /** Whether it learns by guessing hidden items rather than the next one. */
  default boolean guessesHidden() {
    return false;
  }

  /** Its weights. */
  Parameters parameters();

  /**
   * The output at every position.
   *
   * @param batch item embeddings, left-padded
   * @param dropout used in training; {@link Dropout#none()} otherwise
   * @return {@code [batch, length, dim]}
   */
  NDArray hidden(SequenceBatch batch, Dropout dropout);

  /**
   * The user vectors: the output at the last position, and no more work than that needs.
   *
   * @return {@code [batch, dim]}
   */
  NDArray users(SequenceBatch batch);

  @Override
  void close();
}
