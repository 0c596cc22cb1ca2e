package dev.headwater.idp.train;

import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.heldout.FullRanking;
import dev.headwater.idp.online.RankingMetrics;
import dev.headwater.idp.tensor.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Epochs until validation NDCG@10 stops getting better; the weights of the best epoch are put back.
 * Validation of several domains counts as the mean of the domains. For one thread.
 */
public final class Fit {
  private static final int REPORT_EVERY = 10;

  private final SequenceEncoder encoder;
  private final Rows table;
  private final int rows;
  private final TrainConfig config;
  private final Consumer<EpochProgress> listener;
  private final WeightAverage average;
  private final List<Double> seconds = new ArrayList<>();
  private @Nullable RowSwap swap;
  private @Nullable RowAdaptor adaptor;
  private @Nullable Checkpoint checkpoint;
  private @Nullable Snapshot kept;
  private int epoch;
  private int sequences;
  private double best = Double.NaN;

  /**
   * Prepares.
   *
   * @param rows how many rows of the table are in use
   * @param listener hears progress often; must return at once
   */
  public Fit(
      SequenceEncoder encoder,
      Rows table,
      int rows,
      TrainConfig config,
      Consumer<EpochProgress> listener) {
    this.encoder = encoder;
    this.table = table;
    this.rows = rows;
    this.config = config;
    average = new WeightAverage(config.average());
    this.listener = listener;
  }

  /**
   * Replaces rows by the mean of their text neighbours, each with this probability a step; in the
   * end every row for good by what stood for it on average.
   *
   * @param neighbours of all rows of the table
   */
  public Fit swapRows(TextNeighbours neighbours, float probability) {
    swap = new RowSwap(neighbours, 0, probability, table.dim());
    return this;
  }

  /**
   * Adds the projected text to every row, and in the end to the table for good.
   *
   * @param texts text vectors of all rows of the table
   */
  public Fit addTexts(float[][] texts) {
    return adaptRows(
        new TextProjection(
            texts, table.dim(), config.encoderRate(), new SplittableRandom(config.seed())));
  }

  /** Shows the model what an adaptor makes of the rows; takes it over. */
  public Fit adaptRows(RowAdaptor newAdaptor) {
    adaptor = newAdaptor;
    return this;
  }

  /** Keeps a checkpoint after every epoch, and goes on from one that is there. */
  public Fit checkpoint(Checkpoint newCheckpoint) {
    checkpoint = newCheckpoint;
    return this;
  }

  /**
   * Trains to the end.
   *
   * @throws UncheckedIOException if a checkpoint is damaged, of another training, or cannot be
   *     written
   */
  public FitResult run(List<TrainingDomain> domains) {
    if (checkpoint != null && adaptor != null) {
      throw new IllegalStateException("a checkpoint does not hold the weights of an adaptor");
    }
    try (SequenceTrainer trainer =
        new SequenceTrainer(encoder, table, rows, config, new ShownRows(table, swap, adaptor))) {
      resume(trainer);
      while (epoch < config.maxEpochs() && !isPatienceOver()) {
        epoch++;
        train(trainer, domains, epoch);
        judge(trainer, domains);
        save(trainer);
      }
      float scale = trainer.logitScale();
      if (kept != null) {
        write(kept, table);
        scale = kept.scale();
      }
      return new FitResult(epoch, bestEpoch(), best, scale, speed(), median());
    }
  }

  /** Validates the epoch's weights, or their mean with earlier ones, and keeps the best. */
  private void judge(SequenceTrainer trainer, List<TrainingDomain> domains) {
    Snapshot candidate = snapshot(trainer, epoch);
    double metric;
    if (config.average() > 0) {
      List<float[]> own = candidate.weights();
      candidate = average.add(candidate);
      try (Rows mean = new Rows(table.dim(), rows)) {
        write(candidate, mean);
        metric = validate(domains, mean);
      } finally {
        encoder.parameters().set(own);
      }
    } else {
      metric = validate(domains, trainer.settled(rows));
    }
    if (Double.isNaN(best) || metric > best) {
      best = metric;
      kept = candidate;
    }
  }

  private boolean isPatienceOver() {
    return config.patience() > 0 && epoch - bestEpoch() >= config.patience();
  }

  private void resume(SequenceTrainer trainer) {
    if (checkpoint == null || !checkpoint.exists()) {
      return;
    }
    try {
      checkpoint.load(
          in -> {
            epoch = in.readInt();
            best = in.readDouble();
            trainer.load(in, rows);
            kept = Snapshot.read(in);
            average.load(in);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot go on from a checkpoint: " + e.getMessage(), e);
    }
  }

  private void save(SequenceTrainer trainer) {
    if (checkpoint == null) {
      return;
    }
    try {
      checkpoint.save(
          out -> {
            out.writeInt(epoch);
            out.writeDouble(best);
            trainer.save(out, rows);
            Snapshot.write(out, kept);
            average.save(out);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a checkpoint", e);
    }
  }

  /** Trains all epochs and keeps the last weights, whatever validation would say. */
  public FitResult runAll(List<TrainingDomain> domains) {
    try (SequenceTrainer trainer = new SequenceTrainer(encoder, table, rows, config)) {
      for (int epoch = 1; epoch <= config.maxEpochs(); epoch++) {
        train(trainer, domains, epoch);
      }
      int epochs = config.maxEpochs();
      return new FitResult(epochs, epochs, Double.NaN, trainer.logitScale(), speed(), median());
    }
  }

  /**
   * Trains one epoch of each domain in turn, with one trainer.
   *
   * @param afterEach called after each
   * @return seconds of training a domain
   */
  public List<Double> time(List<TrainingDomain> domains, Runnable afterEach) {
    try (SequenceTrainer trainer = new SequenceTrainer(encoder, table, rows, config)) {
      for (TrainingDomain domain : domains) {
        train(trainer, List.of(domain), 1);
        afterEach.run();
      }
      return List.copyOf(seconds);
    }
  }

  /** Mean over the domains of validation NDCG@10; 0 where nothing is asked. */
  private double validate(List<TrainingDomain> domains, Rows settled) {
    return domains.stream().mapToDouble(d -> validate(d, settled).ndcg10()).average().orElse(0);
  }

  /** Validation of one domain with the weights as they are. */
  public RankingMetrics validate(TrainingDomain domain) {
    return validate(domain, table);
  }

  private RankingMetrics validate(TrainingDomain domain, Rows settled) {
    RankingMetrics metrics = new RankingMetrics();
    for (double rank :
        FullRanking.ranks(
            encoder, settled, domain.firstRow(), domain.itemCount(), domain.validation())) {
      metrics.add(rank);
    }
    return metrics;
  }

  private void train(SequenceTrainer trainer, List<TrainingDomain> domains, int epoch) {
    long seed = config.seed() * 1_000_003L + epoch;
    trainer.redraw(seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<TrainBatch> batches = TrainBatch.epoch(domains, config, encoder.maxLength(), seed);
    long start = System.nanoTime();
    double loss = 0;
    int done = 0;
    for (int i = 0; i < batches.size(); i++) {
      loss += trainer.step(batches.get(i), random);
      done += batches.get(i).windows().size();
      if (i % REPORT_EVERY == 0 || i == batches.size() - 1) {
        double speed = done / ((System.nanoTime() - start) / 1e9);
        double fraction = (i + 1.0) / batches.size();
        listener.accept(
            new EpochProgress(epoch, config.maxEpochs(), fraction, loss / (i + 1), best, speed));
      }
    }
    sequences = done;
    seconds.add((System.nanoTime() - start) / 1e9);
  }

  private Snapshot snapshot(SequenceTrainer trainer, int epoch) {
    float[] copy = new float[rows * table.dim()];
    Rows settled = trainer.settled(rows);
    for (int row = 0; row < rows; row++) {
      settled.get(row, copy, row * table.dim());
    }
    return new Snapshot(encoder.parameters().values(), copy, trainer.logitScale(), epoch);
  }

  private void write(Snapshot snapshot, Rows target) {
    encoder.parameters().set(snapshot.weights());
    for (int row = 0; row < rows; row++) {
      target.set(row, snapshot.table(), row * table.dim());
    }
  }

  private int bestEpoch() {
    return kept == null ? 0 : kept.epoch();
  }

  private double median() {
    if (seconds.isEmpty()) {
      return 0;
    }
    List<Double> sorted = new ArrayList<>(seconds);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private double speed() {
    double median = median();
    return median > 0 ? sequences / median : 0;
  }
}
