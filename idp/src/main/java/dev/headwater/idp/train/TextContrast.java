package dev.headwater.idp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.BlockDropout;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.loss.Contrast;
import dev.headwater.idp.optim.AdamConfig;
import dev.headwater.idp.optim.ParameterAdam;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * UniSRec's two tasks of pre-training, over items that are their adapted texts. Sequence-item: an
 * output is to be nearer to the next item than to the other items of the batch, which come from all
 * domains. Sequence-sequence: a sequence is to be nearer to itself with items dropped than to the
 * other sequences, at a thousandth of the weight. For one thread.
 *
 * <p>Departures: the next item is asked for at every place and not at the last alone, all items of
 * the batch are negatives, and sequences are altered by dropping items alone, not words.
 */
public final class TextContrast implements AutoCloseable {
  /** Adam's step, the paper's. */
  public static final float LEARNING_RATE = 1e-3f;

  private static final int BATCH = 128;
  private static final float DROPOUT = 0.2f;
  private static final double DROPPED_ITEMS = 0.2;
  private static final float SEQUENCE_WEIGHT = 1e-3f;
  private static final int REPORT_EVERY = 10;

  private final SequenceEncoder encoder;
  private final MoeAdaptor adaptor;
  private final float scale;
  private final SplittableRandom random;
  private final ParameterAdam adam;
  private final NDManager manager = Torch.newManager();
  private final BlockDropout dropout = new BlockDropout(DROPOUT);

  /** Prepares; neither encoder nor adaptor is closed. */
  public TextContrast(
      SequenceEncoder encoder, MoeAdaptor adaptor, float temperature, SplittableRandom random) {
    this.encoder = encoder;
    this.adaptor = adaptor;
    this.scale = 1 / temperature;
    this.random = random;
    encoder.parameters().setTrainable(true);
    adam = new ParameterAdam(AdamConfig.defaults(), encoder.parameters());
  }

  /**
   * Takes one pass over sequences of rows, two or more each, in random order.
   *
   * @param epoch which pass it is, from 1
   * @param epochs how many there will be
   * @return the mean loss
   */
  public double epoch(
      List<int[]> sequences, int epoch, int epochs, Consumer<EpochProgress> listener) {
    List<int[]> order = new ArrayList<>(sequences);
    order.removeIf(sequence -> sequence.length < 2);
    Collections.shuffle(order, new Random(random.nextLong()));
    dropout.redraw(random.nextLong());
    long start = System.nanoTime();
    double loss = 0;
    int steps = 0;
    for (int from = 0; from < order.size(); from += BATCH) {
      int to = Math.min(order.size(), from + BATCH);
      loss += step(order.subList(from, to));
      steps++;
      if (steps % REPORT_EVERY == 0 || to == order.size()) {
        double speed = to / ((System.nanoTime() - start) / 1e9);
        double done = (double) to / order.size();
        listener.accept(new EpochProgress(epoch, epochs, done, loss / steps, Double.NaN, speed));
      }
    }
    return loss / Math.max(1, steps);
  }

  private double step(List<int[]> sequences) {
    List<int[]> windows = new ArrayList<>();
    for (int[] sequence : sequences) {
      int from = Math.max(0, sequence.length - encoder.maxLength() - 1);
      windows.add(Arrays.copyOfRange(sequence, from, sequence.length));
    }
    Map<Integer, Integer> placeOf = new HashMap<>();
    windows.forEach(
        window -> Arrays.stream(window).forEach(row -> placeOf.putIfAbsent(row, placeOf.size())));
    int[] rows = new int[placeOf.size()];
    placeOf.forEach((row, place) -> rows[place] = row);
    List<int[]> places =
        windows.stream().map(w -> Arrays.stream(w).map(placeOf::get).toArray()).toList();
    try (NDManager step = manager.newSubManager()) {
      Outputs outputs = Torch.recording(true, () -> forward(step, rows, places));
      double loss = Torch.recording(false, () -> backward(step, outputs));
      adaptor.step();
      adam.step(LEARNING_RATE);
      return loss;
    }
  }

  /**
   * What a step computes.
   *
   * @param items {@code [items, dim]}, unit vectors
   * @param next {@code [targets, dim]} outputs where an item is asked for
   * @param targets places of the asked items among {@code items}
   * @param whole {@code [sequences, dim]} the last outputs
   * @param dropped the last outputs of the same sequences with items dropped
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
  private record Outputs(
      NDArray items, NDArray next, int[] targets, NDArray whole, NDArray dropped) {}

  private Outputs forward(NDManager step, int[] rows, List<int[]> windows) {
    NDArray items = Torch.unit(adaptor.adapted(step, rows, true));
    TrainingBatch asked = TrainingBatch.next(windows, encoder.maxLength());
    NDArray hidden = flat(hidden(step, asked.histories(), items));
    List<int[]> histories =
        windows.stream().map(window -> Arrays.copyOf(window, window.length - 1)).toList();
    PaddedHistories fewer =
        PaddedHistories.of(histories.stream().map(this::drop).toList(), encoder.maxLength());
    return new Outputs(
        items,
        pick(step, hidden, asked.places()),
        asked.targets(),
        pick(step, hidden, lastPlaces(asked.histories())),
        pick(step, flat(hidden(step, fewer, items)), lastPlaces(fewer)));
  }

  private NDArray hidden(NDManager step, PaddedHistories histories, NDArray items) {
    SequenceBatch batch = histories.gather(step, items);
    return encoder.hidden(batch, dropout);
  }

  private double backward(NDManager step, Outputs outputs) {
    Contrast next = Contrast.of(outputs.next(), outputs.items(), outputs.targets(), null, scale);
    int[] own = new int[(int) outputs.whole().getShape().get(0)];
    Arrays.setAll(own, i -> i);
    Contrast sequence = Contrast.of(outputs.whole(), outputs.dropped(), own, null, scale);
    double loss = next.loss() + SEQUENCE_WEIGHT * sequence.loss();
    if (!Double.isFinite(loss)) {
      throw new TrainingException("pre-training by texts has no finite loss");
    }
    NDArray all =
        Torch.recording(
            true,
            () ->
                outputs
                    .next()
                    .concat(outputs.items(), 0)
                    .concat(outputs.whole(), 0)
                    .concat(outputs.dropped(), 0));
    NDArray slope =
        next.ofQueries()
            .concat(next.ofCandidates(), 0)
            .concat(sequence.ofQueries().muli(SEQUENCE_WEIGHT), 0)
            .concat(sequence.ofCandidates().muli(SEQUENCE_WEIGHT), 0);
    slope.attach(step);
    Torch.backward(all, slope);
    return loss;
  }

  private int[] drop(int[] history) {
    int[] kept = Arrays.stream(history).filter(i -> random.nextDouble() >= DROPPED_ITEMS).toArray();
    return kept.length == 0 ? history : kept;
  }

  private static NDArray flat(NDArray hidden) {
    Shape shape = hidden.getShape();
    return hidden.reshape(shape.get(0) * shape.get(1), shape.get(2));
  }

  private static NDArray pick(NDManager step, NDArray flat, int[] places) {
    long[] indices = Arrays.stream(places).asLongStream().toArray();
    return Torch.rows(step.create(indices, new Shape(indices.length)), flat);
  }

  private static int[] lastPlaces(PaddedHistories histories) {
    int[] places = new int[histories.lengths().length];
    Arrays.setAll(places, i -> (i + 1) * histories.length() - 1);
    return places;
  }

  @Override
  public void close() {
    encoder.parameters().setTrainable(false);
    dropout.close();
    manager.close();
  }
}
