package dev.headwater.idp.cdim;

import dev.headwater.idp.Pending;
import java.util.List;

/** Generates ID embeddings for new items from pools of known ones. Safe for many threads. */
public final class Cdim {
  /**
   * Makes a matcher.
   *
   * @param config its settings
   * @param pools where to retrieve from; they may grow meanwhile
   */
  public Cdim(CdimConfig config, List<ItemPool> pools) {}

  /**
   * Generates one embedding a text vector.
   *
   * @param textVectors rows of unit norm
   */
  public List<GeneratedEmbedding> generate(float[][] textVectors) {
    return Pending.body();
  }
}
