package dev.headwater.idp.train;

/**
 * Settings of training.
 *
 * @param batchSize sequences a step
 * @param maxEpochs at most this many passes
 * @param patience epochs without a better validation NDCG@10 before it stops; 0 never stops early
 * @param tableRate Adam's step for embeddings
 * @param encoderRate Adam's step for the encoder; 0 freezes it
 * @param dropout share of values dropped
 * @param loss which loss
 * @param negatives sampled items a step, for the sampled softmax
 * @param fullSoftmaxItems up to so many items {@link LossKind#AUTO} takes the full softmax
 * @param logitScale what dot products are multiplied with at the start
 * @param learnScale whether the logit scale is learned
 * @param seed of all that is random
 */
public record TrainConfig(
    int batchSize,
    int maxEpochs,
    int patience,
    float tableRate,
    float encoderRate,
    float dropout,
    LossKind loss,
    int negatives,
    int fullSoftmaxItems,
    float logitScale,
    boolean learnScale,
    long seed) {
  /** Checks the bounds. */
  public TrainConfig {
    if (batchSize < 1 || maxEpochs < 0 || patience < 0 || negatives < 1) {
      throw new IllegalArgumentException("batch, epochs, patience and negatives must be positive");
    }
    if (!(tableRate >= 0 && encoderRate >= 0 && logitScale > 0)) {
      throw new IllegalArgumentException("rates and scale must be positive numbers");
    }
  }

  /** For pre-training on sources. */
  public static TrainConfig pretraining(long seed) {
    return new TrainConfig(
        128, 12, 2, 1e-2f, 1e-3f, 0.2f, LossKind.AUTO, 512, 3000, 1, false, seed);
  }

  /** The same with other bounds on the number of epochs. */
  public TrainConfig withEpochs(int epochs, int newPatience) {
    return new TrainConfig(
        batchSize,
        epochs,
        newPatience,
        tableRate,
        encoderRate,
        dropout,
        loss,
        negatives,
        fullSoftmaxItems,
        logitScale,
        learnScale,
        seed);
  }

  /** The same with the encoder left as it is. */
  public TrainConfig withFrozenEncoder() {
    return new TrainConfig(
        batchSize,
        maxEpochs,
        patience,
        tableRate,
        0,
        dropout,
        loss,
        negatives,
        fullSoftmaxItems,
        logitScale,
        learnScale,
        seed);
  }
}
