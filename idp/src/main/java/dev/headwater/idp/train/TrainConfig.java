package dev.headwater.idp.train;

import java.util.Locale;

/**
 * Settings of training.
 *
 * @param batchSize sequences a step
 * @param windows how many windows of a long sequence count, the newest ones; 1 as in the usual
 *     implementations
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
 * @param average how much of the mean of earlier epochs' weights is kept at each epoch; the mean is
 *     what is validated and kept; 0 keeps each epoch's own weights
 * @param seed of all that is random
 */
public record TrainConfig(
    int batchSize,
    int windows,
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
    float average,
    long seed) {
  /** Checks the bounds. */
  public TrainConfig {
    if (batchSize < 1 || windows < 1 || maxEpochs < 0 || patience < 0 || negatives < 1) {
      throw new IllegalArgumentException(
          "batch, windows, epochs, patience and negatives must be positive");
    }
    if (!(dropout >= 0 && dropout < 1 && average >= 0 && average < 1)) {
      throw new IllegalArgumentException("dropout and average must be from 0 to below 1");
    }
    if (!(tableRate >= 0 && encoderRate >= 0 && logitScale > 0)) {
      throw new IllegalArgumentException("rates and scale must be positive numbers");
    }
  }

  /** Starts from what suits most targets: small sets, full softmax where it fits. */
  public static Builder builder() {
    return new Builder();
  }

  /** For pre-training on sources. */
  public static TrainConfig pretraining(long seed) {
    return builder()
        .epochs(12, 2)
        .dropout(0.2f)
        .negatives(512)
        .fullSoftmaxItems(3000)
        .logitScale(1, false)
        .seed(seed)
        .build();
  }

  /** Starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.batchSize = batchSize;
    builder.windows = windows;
    builder.maxEpochs = maxEpochs;
    builder.patience = patience;
    builder.tableRate = tableRate;
    builder.encoderRate = encoderRate;
    builder.dropout = dropout;
    builder.loss = loss;
    builder.negatives = negatives;
    builder.fullSoftmaxItems = fullSoftmaxItems;
    builder.logitScale = logitScale;
    builder.learnScale = learnScale;
    builder.average = average;
    builder.seed = seed;
    return builder;
  }

  /** Collects settings. For one thread. */
  public static final class Builder {
    private int batchSize = 128;
    private int windows = 1;
    private int maxEpochs = 60;
    private int patience = 8;
    private float tableRate = 1e-2f;
    private float encoderRate = 1e-3f;
    private float dropout = 0.5f;
    private LossKind loss = LossKind.AUTO;
    private int negatives = 1024;
    private int fullSoftmaxItems = 6000;
    private float logitScale = 1;
    private boolean learnScale = true;
    private float average = 0.8f;
    private long seed = 1;

    private Builder() {}

    /** Sequences a step. */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /** Windows of a long sequence. */
    public Builder windows(int value) {
      windows = value;
      return this;
    }

    /** Bounds on the number of epochs. */
    public Builder epochs(int max, int newPatience) {
      maxEpochs = max;
      patience = newPatience;
      return this;
    }

    /** Adam's steps. */
    public Builder rates(float table, float encoder) {
      tableRate = table;
      encoderRate = encoder;
      return this;
    }

    /** Leaves the encoder as it is. */
    public Builder frozenEncoder() {
      encoderRate = 0;
      return this;
    }

    /** Share of values dropped. */
    public Builder dropout(float value) {
      dropout = value;
      return this;
    }

    /** Which loss. */
    public Builder loss(LossKind value) {
      loss = value;
      return this;
    }

    /** Sampled items a step. */
    public Builder negatives(int value) {
      negatives = value;
      return this;
    }

    /** Largest catalog of the full softmax. */
    public Builder fullSoftmaxItems(int value) {
      fullSoftmaxItems = value;
      return this;
    }

    /** Logit scale at the start, and whether it is learned. */
    public Builder logitScale(float start, boolean learn) {
      logitScale = start;
      learnScale = learn;
      return this;
    }

    /** How much of the mean of earlier epochs' weights is kept. */
    public Builder average(float value) {
      average = value;
      return this;
    }

    /** Seed of all that is random. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Sets one by name, as a command line gives it.
     *
     * @throws IllegalArgumentException for an unknown name or a value that does not fit it
     */
    public Builder set(String name, String value) {
      switch (name) {
        case "batch-size" -> batchSize = Integer.parseInt(value);
        case "windows" -> windows = Integer.parseInt(value);
        case "max-epochs" -> maxEpochs = Integer.parseInt(value);
        case "patience" -> patience = Integer.parseInt(value);
        case "table-rate" -> tableRate = Float.parseFloat(value);
        case "encoder-rate" -> encoderRate = Float.parseFloat(value);
        case "dropout" -> dropout = Float.parseFloat(value);
        case "loss" -> loss = LossKind.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
        case "negatives" -> negatives = Integer.parseInt(value);
        case "full-softmax-items" -> fullSoftmaxItems = Integer.parseInt(value);
        case "logit-scale" -> logitScale = Float.parseFloat(value);
        case "average" -> average = Float.parseFloat(value);
        case "learn-scale" -> learnScale = isTrue(value);
        default -> throw new IllegalArgumentException("no setting is called " + name);
      }
      return this;
    }

    private static boolean isTrue(String value) {
      if (!value.equals("true") && !value.equals("false")) {
        throw new IllegalArgumentException("'" + value + "' is neither true nor false");
      }
      return value.equals("true");
    }

    /** The settings, checked. */
    public TrainConfig build() {
      return new TrainConfig(
          batchSize,
          windows,
          maxEpochs,
          patience,
          tableRate,
          encoderRate,
          dropout,
          loss,
          negatives,
          fullSoftmaxItems,
          logitScale,
          learnScale,
          average,
          seed);
    }
  }
}
