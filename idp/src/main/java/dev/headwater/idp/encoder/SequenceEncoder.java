package dev.headwater.idp.encoder;

/** Turns a history of item embeddings into a user vector; score = dot product with an item. */
public interface SequenceEncoder extends AutoCloseable {
  /** The name of the architecture, such as {@code sasrec}. */
  String kind();

  /** Length of an item embedding and of a user vector. */
  int dim();

  /** How many items of a history count, the last ones. */
  int maxLength();

  @Override
  void close();
}
