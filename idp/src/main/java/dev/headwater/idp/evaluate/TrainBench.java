package dev.headwater.idp.evaluate;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.eval.Judge;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.train.Fit;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.LossKind;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.idp.train.TrainingDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The verb {@code bench train}: how fast training is, and that it still learns. */
public final class TrainBench {
  private static final int BATCH = 128;
  private static final int LENGTH = 50;

  private TrainBench() {}

  /**
   * Speed on real sequences.
   *
   * @param secondsPerEpoch of training alone, the median
   * @param targetsPerEpoch how many items are asked for in an epoch
   * @param sequencesPerSecond of training alone
   * @param ndcg10AfterEpochs on the test users, full ranking, with the weights of the best epoch
   * @param epochs how many were run
   */
  public record DomainSpeed(
      double secondsPerEpoch,
      long targetsPerEpoch,
      double sequencesPerSecond,
      double ndcg10AfterEpochs,
      int epochs) {}

  /** Trains from scratch with the settings of {@link TrainConfig} given. */
  public static DomainSpeed onDomain(DomainData data, TrainConfig config) {
    TargetData target = TargetData.of(data, new float[0][]);
    SplittableRandom random = new SplittableRandom(config.seed());
    SasRec encoder = new SasRec(EncoderConfig.defaults(), random);
    try (TargetModel model = TargetModel.random(target, encoder, config.seed())) {
      TargetSettings settings = TargetSettings.defaults(data.events().size(), config.seed());
      FitResult fit = model.train(settings, config, TargetModel.Extras.NONE, progress -> {});
      long targets =
          target.train().stream()
              .mapToLong(s -> Math.min(EncoderConfig.defaults().maxLength(), s.length - 1))
              .sum();
      double ndcg = new Judge(target.itemCount()).judge(model.scorer(), target.test()).ndcg10();
      return new DomainSpeed(
          fit.secondsPerEpoch(), targets, fit.sequencesPerSecond(), ndcg, fit.epochs());
    }
  }

  /**
   * Milliseconds a step at a size of catalog: batch 128, length 50, the same negatives at any size.
   *
   * @param items size of the catalog
   * @param steps how many are measured, after a tenth as many to warm up
   */
  public static double msPerStep(int items, int steps, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TrainConfig config =
        TrainConfig.builder()
            .batchSize(BATCH)
            .epochs(1, 0)
            .dropout(0.2f)
            .loss(LossKind.SAMPLED_SOFTMAX)
            .negatives(512)
            .logitScale(1, false)
            .seed(seed)
            .build();
    try (SasRec encoder = new SasRec(EncoderConfig.defaults(), random);
        Rows table = new Rows(encoder.dim(), items)) {
      TrainingDomain warmUp = generated(items, Math.max(1, steps / 10), random);
      TrainingDomain measured = generated(items, steps, random);
      Fit fit = new Fit(encoder, table, items, config, progress -> {});
      fit.runAll(List.of(warmUp));
      Fit timed = new Fit(encoder, table, items, config, progress -> {});
      return timed.runAll(List.of(measured)).secondsPerEpoch() * 1000 / steps;
    }
  }

  private static TrainingDomain generated(int items, int steps, SplittableRandom random) {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < steps * BATCH; i++) {
      int[] sequence = new int[LENGTH + 1];
      for (int k = 0; k < sequence.length; k++) {
        sequence[k] = random.nextInt(items);
      }
      sequences.add(sequence);
    }
    return new TrainingDomain("generated", 0, items, sequences, List.of());
  }
}
