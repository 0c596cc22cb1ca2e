package dev.headwater.idp.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.heldout.Scorer;
import dev.headwater.idp.pretrain.RecformerPretrainer;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.idp.text.ItemTokens;
import dev.headwater.idp.text.Recformer;
import dev.headwater.idp.text.RecformerTrainer;
import dev.headwater.idp.text.RecformerTrainer.Example;
import dev.headwater.idp.train.EpochProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Recformer: pre-trained on the sources' texts, then tuned in two stages. In the first the vectors
 * of the items are read anew before each epoch; from the best epoch on, by validation, they stand
 * still in the second.
 *
 * <p>Departures: {@link Recformer}, {@link RecformerTrainer} and {@link RecformerPretrainer} name
 * theirs; an epoch asks for one item of a user, at a place that is drawn; it has so many users at
 * most, there are so many epochs, and so many users validate, as two cores have time for. It has
 * settings of its own, not those of the other systems.
 */
final class RecformerSystem implements TableSystem {
  private final Recformer.Config config;
  private final Plan plan;

  /**
   * How long it learns.
   *
   * @param steps of pre-training
   * @param first most epochs of the first stage
   * @param second most epochs of the second stage
   * @param patience epochs in a row that make it no better, after which a stage ends
   * @param examples of an epoch at most
   * @param questions that validate, at most
   */
  record Plan(int steps, int first, int second, int patience, int examples, int questions) {
    static Plan defaults() {
      return new Plan(300, 6, 4, 2, 3_000, 1_000);
    }
  }

  RecformerSystem() {
    this(Recformer.Config.defaults(), Plan.defaults());
  }

  RecformerSystem(Recformer.Config config, Plan plan) {
    this.config = config;
    this.plan = plan;
  }

  @Override
  public String paper() {
    return "Li et al., Text Is All You Need: Learning Language Representations for Sequential"
        + " Recommendation, KDD 2023";
  }

  @Override
  public Learned learn(EvaluateRequest request, TargetData data) {
    SourceBundle bundle = Evaluator.required(request.bundle());
    if (request.sources().isEmpty()) {
      throw new IllegalArgumentException(
          "recformer pre-trains by itself and needs the sources' data");
    }
    Map<String, float[]> weights =
        RecformerPretrainer.of(
            bundle.textModel(),
            config,
            plan.steps(),
            request.sources(),
            TableSystems.PRETRAINING_SEED,
            request.textCache(),
            request.listener());
    Recformer model = new Recformer(bundle.textModel(), config, request.seed());
    try {
      model.set(weights);
      Tuning tuning = new Tuning(model, model.tokens(request.target().items()), data, request);
      Best best = tuning.run();
      model.set(best.weights());
      VectorScorer scorer = new VectorScorer(model, tuning.items, best.table());
      return new Learned(
          scorer,
          best.metric(),
          tuning.epochs,
          () -> {
            scorer.close();
            model.close();
          });
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * The best so far.
   *
   * @param metric validation NDCG@10
   * @param table of the items, which goes with the weights
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  private record Best(double metric, Map<String, float[]> weights, float[][] table) {}

  /** The two stages on one target. */
  private final class Tuning {
    private final Recformer model;
    private final ItemTokens items;
    private final Judge judge;
    private final List<HeldOut> questions;
    private final List<int[]> sequences;
    private final SplittableRandom random;
    private final Consumer<EpochProgress> listener;
    private int epochs;
    private Best best;

    Tuning(Recformer model, ItemTokens items, TargetData data, EvaluateRequest request) {
      this.model = model;
      this.items = items;
      judge = new Judge(data.itemCount());
      random = new SplittableRandom(request.seed());
      List<HeldOut> all = new ArrayList<>(data.validation());
      Collections.shuffle(all, new Random(random.nextLong()));
      questions = all.subList(0, Math.min(plan.questions(), all.size()));
      sequences = new ArrayList<>(data.train());
      sequences.removeIf(sequence -> sequence.length < 2);
      listener = request.listener();
      best = new Best(Double.NEGATIVE_INFINITY, model.weights(), new float[0][]);
    }

    Best run() {
      try (RecformerTrainer trainer = RecformerTrainer.ofTuning(model, random.nextLong())) {
        stage(plan.first(), trainer, () -> model.items(items));
        model.set(best.weights());
        float[][] still = best.table();
        stage(plan.second(), trainer, () -> still);
      }
      return best;
    }

    private void stage(int most, RecformerTrainer trainer, Supplier<float[][]> table) {
      int worse = 0;
      for (int epoch = 0; epoch < most && worse < plan.patience(); epoch++) {
        worse = isBetter(trainer, table.get()) ? 0 : worse + 1;
      }
    }

    /** Trains for an epoch. */
    private boolean isBetter(RecformerTrainer trainer, float[][] table) {
      epochs++;
      trainer.against(table);
      train(trainer);
      double metric = validate(table);
      boolean better = metric > best.metric();
      if (better) {
        best = new Best(metric, model.weights(), table);
      }
      return better;
    }

    private void train(RecformerTrainer trainer) {
      Collections.shuffle(sequences, new Random(random.nextLong()));
      int size = Math.min(plan.examples(), sequences.size());
      long begun = System.nanoTime();
      double loss = 0;
      int steps = 0;
      for (int from = 0; from < size; from += config.batch()) {
        int to = Math.min(size, from + config.batch());
        List<Example> batch = sequences.subList(from, to).stream().map(this::example).toList();
        loss += trainer.tune(items, batch);
        steps++;
        double speed = to / ((System.nanoTime() - begun) / 1e9);
        listener.accept(
            new EpochProgress(
                epochs,
                plan.first() + plan.second(),
                (double) to / size,
                loss / steps,
                best.metric(),
                speed));
      }
    }

    private Example example(int[] sequence) {
      int at = random.nextInt(1, sequence.length);
      return new Example(Arrays.copyOf(sequence, at), sequence[at]);
    }

    private double validate(float[][] table) {
      try (VectorScorer scorer = new VectorScorer(model, items, table)) {
        return judge.judge(scorer, questions).ndcg10();
      }
    }
  }

  /** Cosines of histories and items. */
  private static final class VectorScorer implements Scorer, AutoCloseable {
    private final Recformer model;
    private final ItemTokens items;
    private final NDManager manager = Torch.newManager();
    private final NDArray turned;

    VectorScorer(Recformer model, ItemTokens items, float[][] table) {
      this.model = model;
      this.items = items;
      turned = manager.create(table).transpose();
    }

    @Override
    public float[][] scores(List<int[]> histories) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray scores = scope.create(model.histories(items, histories)).matMul(turned);
        float[] flat = scores.toFloatArray();
        int width = flat.length / histories.size();
        float[][] rows = new float[histories.size()][];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
