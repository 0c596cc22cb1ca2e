package dev.headwater.bench.idp;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.evaluate.TargetData;
import dev.headwater.idp.evaluate.TargetModel;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.train.Fit;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.LossKind;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.idp.train.TrainingDomain;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.report.ResidentMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      TargetSettings settings =
          TargetSettings.defaults(data.events().size(), ColdStartConfig.rule(), config.seed());
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
   * The settings that are raced, the same at any size of catalog; one window a sequence, so that an
   * epoch asks for as many targets as the peer's.
   *
   * @param changes replaced by name, as a command line gives them
   */
  public static TrainConfig config(long seed, Map<String, String> changes) {
    TrainConfig.Builder builder =
        TrainConfig.builder()
            .epochs(40, 5)
            .dropout(0.3f)
            .loss(LossKind.SAMPLED_SOFTMAX)
            .negatives(1536)
            .seed(seed);
    changes.forEach(builder::set);
    return builder.build();
  }

  /**
   * What a step costs.
   *
   * @param msPerStep mean milliseconds
   * @param rssGrowthPercent growth of resident memory over the measured steps; 0 where the system
   *     does not tell
   */
  public record StepCost(double msPerStep, double rssGrowthPercent) {}

  /**
   * Milliseconds a step at a size of catalog: batch 128, length 50, the same negatives at any size.
   *
   * @param items size of the catalog
   * @param steps how many are measured, after a quarter as many to warm up
   */
  public static StepCost stepCost(int items, int steps, long seed) {
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
      TrainingDomain warmUp = generated(items, Math.max(20, steps / 4), random);
      TrainingDomain measured = generated(items, steps, random);
      List<Double> rss = new ArrayList<>();
      Fit fit = new Fit(encoder, table, items, config, progress -> {});
      // One trainer for both epochs: its first one makes heap, caches and optimiser state grow.
      List<Double> seconds =
          fit.time(List.of(warmUp, measured), () -> rss.add(ResidentMemory.kilobytes()));
      double growth = rss.get(0) > 0 ? 100 * (rss.get(1) - rss.get(0)) / rss.get(0) : 0;
      return new StepCost(seconds.get(1) * 1000 / steps, growth);
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
