package dev.headwater.serving.state;

import dev.headwater.serving.users.UserEncoding;

/**
 * What answers are made from: encoder, table and index of one model, switched as one.
 *
 * @param id grows with every switch on this node; stands in every answer
 * @param table rows and index
 * @param users keeps user vectors, with the model's encoder
 * @param textEncoderId which text encoder made the model's cold rows
 * @param titles of the items that lend embeddings from other domains
 */
public record View(
    long id, ModelTable table, UserEncoding users, String textEncoderId, SourceTitles titles) {
  /** A view without titles. */
  public View(long id, ModelTable table, UserEncoding users, String textEncoderId) {
    this(id, table, users, textEncoderId, SourceTitles.NONE);
  }

  /** Returns the model's name. */
  public String model() {
    return table.model();
  }
}
