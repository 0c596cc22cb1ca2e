package dev.headwater.serving.state;

import dev.headwater.serving.users.UserVectorCache;

/**
 * What answers are made from: encoder, table, index and experts of one model, switched as one.
 *
 * @param id grows with every switch on this node; stands in every answer
 * @param table rows and index
 * @param users keeps user vectors, with the model's encoder
 * @param textEncoderId which text encoder made the model's cold rows
 * @param titles of the items that lend embeddings from other domains
 * @param logitScale makes logits of dot products of user vectors and rows
 */
public record View(
    long id,
    ModelTable table,
    UserVectorCache users,
    String textEncoderId,
    SourceTitles titles,
    float logitScale) {
  /** A view without titles whose dot products are logits. */
  public View(long id, ModelTable table, UserVectorCache users, String textEncoderId) {
    this(id, table, users, textEncoderId, SourceTitles.NONE, 1);
  }

  /** Returns a view of the same model over another of its tables. */
  public View over(long newId, ModelTable newTable, UserVectorCache newUsers) {
    return new View(newId, newTable, newUsers, textEncoderId, titles, logitScale);
  }

  /** Returns the model's name. */
  public String model() {
    return table.model();
  }
}
