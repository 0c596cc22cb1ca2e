package dev.headwater.serving.follow;

import dev.headwater.serving.state.SourceTitles;
import dev.headwater.serving.users.HistoryEncoder;

/** Opens the encoder of a model by the model's name. */
@FunctionalInterface
public interface ModelLoader {
  /**
   * An opened model.
   *
   * @param encoder turns histories into user vectors
   * @param textEncoderId which text encoder made its cold rows
   * @param titles of its source items
   * @param logitScale makes logits of dot products
   */
  record LoadedModel(
      HistoryEncoder encoder, String textEncoderId, SourceTitles titles, float logitScale) {
    /** A model without titles whose dot products are logits. */
    public LoadedModel(HistoryEncoder encoder, String textEncoderId) {
      this(encoder, textEncoderId, SourceTitles.NONE, 1);
    }
  }

  /** The model's bundle is absent or damaged; loading may be tried again. */
  final class ModelUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates one. */
    public ModelUnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Opens a model; takes seconds. */
  LoadedModel load(String model) throws ModelUnavailableException;
}
