package dev.headwater.serving.follow;

import dev.headwater.serving.users.BatchingEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The models that are open: one of a bundle, however many domains and arms answer from it. Whoever
 * takes one closes its encoder; the last who does ends it. Thread-safe.
 */
final class OpenModels {
  private final ModelLoader loader;
  private final Function<ModelLoader.LoadedModel, BatchingEncoder> starter;
  private final Map<String, Open> open = new HashMap<>();

  /**
   * An open model.
   *
   * @param loaded what was read
   * @param users encodes with it; closed by the taker
   */
  record Open(ModelLoader.LoadedModel loaded, BatchingEncoder users) {}

  /**
   * Begins with none.
   *
   * @param loader reads a bundle
   * @param starter starts what encodes with it
   */
  OpenModels(ModelLoader loader, Function<ModelLoader.LoadedModel, BatchingEncoder> starter) {
    this.loader = loader;
    this.starter = starter;
  }

  /** Takes a model; the first to do so waits until it is read. */
  synchronized Open take(String model) throws ModelLoader.ModelUnavailableException {
    open.values().removeIf(each -> each.users().isClosed());
    Open known = open.get(model);
    if (known != null && known.users().share()) {
      return known;
    }
    ModelLoader.LoadedModel loaded = loader.load(model);
    Open fresh = new Open(loaded, starter.apply(loaded));
    open.put(model, fresh);
    return fresh;
  }
}
