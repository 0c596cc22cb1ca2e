package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.heldout.ModelScorer;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.train.EpochProgress;
import dev.headwater.idp.train.Fit;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.RowAdaptor;
import dev.headwater.idp.train.TextNeighbours;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.idp.train.TrainingDomain;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** An encoder and the embeddings of one target domain. For one thread. */
public final class TargetModel implements AutoCloseable {
  private static final double START_DEVIATION = 0.02;

  private final TargetData data;
  private final SequenceEncoder encoder;
  private final Rows table;

  /**
   * What the item texts do in training.
   *
   * @param swap rows are swapped for means of their text neighbours' rows, now and then
   * @param texts projected texts are added to the rows
   */
  public record Extras(boolean swap, boolean texts) {
    /** Texts play no part. */
    public static final Extras NONE = new Extras(false, false);

    /** Row swap alone. */
    public static final Extras SWAP = new Extras(true, false);
  }

  private TargetModel(TargetData data, SequenceEncoder encoder) {
    this.data = data;
    this.encoder = encoder;
    this.table = new Rows(encoder.dim(), data.itemCount());
  }

  /**
   * Starts with random embeddings; takes the encoder over.
   *
   * @param seed of other numbers than an encoder that was drawn with it
   */
  public static TargetModel random(TargetData data, SequenceEncoder encoder, long seed) {
    TargetModel model = new TargetModel(data, encoder);
    SplittableRandom random = new SplittableRandom(seed).split();
    float[] row = new float[encoder.dim()];
    for (int i = 0; i < data.itemCount(); i++) {
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) (random.nextGaussian() * START_DEVIATION);
      }
      model.table.set(i, row);
    }
    return model;
  }

  /**
   * Starts with embeddings as ColdStartJob begins them: an item that the bundle was tuned on from
   * its own, the others generated from the bundle's items; takes the encoder over.
   */
  public static TargetModel generated(
      TargetData data, SequenceEncoder encoder, SourceBundle bundle, TargetSettings settings) {
    TargetModel model = new TargetModel(data, encoder);
    List<ColdStartRow> generated =
        bundle
            .coldStart(settings.coldStart().matcher(), data.name())
            .make(data.items(), data.texts());
    for (int i = 0; i < data.itemCount(); i++) {
      float[] row = generated.get(i).vector().clone();
      for (int k = 0; k < row.length; k++) {
        row[k] *= settings.startFactor();
      }
      model.table.set(i, row);
    }
    return model;
  }

  /** Trains on the target's sequences until validation stops getting better. */
  public FitResult train(
      TargetSettings settings, TrainConfig train, Extras extras, Consumer<EpochProgress> listener) {
    Fit fit = new Fit(encoder, table, data.itemCount(), train, listener);
    if (extras.texts()) {
      fit.addTexts(data.texts());
    }
    if (extras.swap()) {
      boolean[] all = new boolean[data.itemCount()];
      Arrays.fill(all, true);
      TextNeighbours neighbours =
          TextNeighbours.of(
              data.texts(), all, settings.swapNeighbours(), settings.swapTemperature());
      fit.swapRows(neighbours, settings.swapProbability());
    }
    return fit.run(List.of(domain()));
  }

  /** The same with rows as an adaptor shows them, which is taken over; the table is they then. */
  FitResult train(TrainConfig train, RowAdaptor adaptor, Consumer<EpochProgress> listener) {
    return new Fit(encoder, table, data.itemCount(), train, listener)
        .adaptRows(adaptor)
        .run(List.of(domain()));
  }

  /** What it came to, which takes it over. */
  Learned learned(FitResult fit) {
    return new Learned(scorer(), fit.bestMetric(), fit.epochs(), this::close);
  }

  private TrainingDomain domain() {
    return new TrainingDomain(data.name(), 0, data.itemCount(), data.train(), data.validation());
  }

  /** Scores with the weights as they are. */
  public ModelScorer scorer() {
    return new ModelScorer(encoder, table, 0, data.itemCount());
  }

  /** The embeddings, item by item. */
  public Rows table() {
    return table;
  }

  /** The encoder. */
  public SequenceEncoder encoder() {
    return encoder;
  }

  @Override
  public void close() {
    table.close();
    encoder.close();
  }
}
