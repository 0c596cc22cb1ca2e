package dev.headwater.idp.pretrain;

import dev.headwater.idp.text.TextEncoder;

/**
 * Settings of pre-training.
 *
 * @param dim length of an embedding
 * @param maxEpochs at most this many passes over the data
 * @param patience epochs without a better validation NDCG@10 before it stops
 * @param seed same seed, same thread count: same bundle
 * @param textEncoder encodes the items' words; not closed
 */
public record PretrainConfig(
    int dim, int maxEpochs, int patience, long seed, TextEncoder textEncoder) {
  /** Quick and good enough to start with. */
  public static PretrainConfig defaults(TextEncoder textEncoder) {
    return new PretrainConfig(64, 12, 2, 42, textEncoder);
  }
}
