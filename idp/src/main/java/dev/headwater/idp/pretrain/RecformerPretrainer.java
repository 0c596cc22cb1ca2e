package dev.headwater.idp.pretrain;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.text.ItemTokens;
import dev.headwater.idp.text.Recformer;
import dev.headwater.idp.text.RecformerTrainer;
import dev.headwater.idp.text.RecformerTrainer.Example;
import dev.headwater.idp.text.TextModel;
import dev.headwater.idp.train.EpochProgress;
import dev.headwater.idp.train.TrainingDomain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pre-trains {@link Recformer} on the texts of source domains, all sequences together: which item
 * follows, and which words are hidden.
 *
 * <p>Departures: as many steps as two cores take in minutes, where the paper takes days on eight
 * graphics cards; the item that is asked for is drawn from a whole sequence, not from its later
 * half.
 */
public final class RecformerPretrainer {
  private static final int REPORT_EVERY = 10;

  private RecformerPretrainer() {}

  /**
   * Pre-trains, or reads what was learned before from the same data with the same seed.
   *
   * @param start the sentence encoder to start from
   * @param config of the model
   * @param steps of training
   * @param cache where the weights are kept; null keeps nothing
   * @param listener hears progress
   * @return weights by name, for {@link Recformer#set}
   */
  public static Map<String, float[]> of(
      TextModel start,
      Recformer.Config config,
      int steps,
      List<DomainData> sources,
      long seed,
      @Nullable Path cache,
      Consumer<EpochProgress> listener) {
    String purpose = WeightCache.purpose(start.id(), sources, seed) + "/" + config + "/" + steps;
    return WeightCache.of(
        cache, "recformer", purpose, () -> train(start, config, steps, sources, seed, listener));
  }

  private static Map<String, float[]> train(
      TextModel start,
      Recformer.Config config,
      int steps,
      List<DomainData> sources,
      long seed,
      Consumer<EpochProgress> listener) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sequences = new ArrayList<>();
    for (TrainingDomain domain : SourceDomains.of(sources, 0, random)) {
      for (int[] sequence : domain.sequences()) {
        sequences.add(Arrays.stream(sequence).map(item -> domain.firstRow() + item).toArray());
      }
    }
    List<Item> items = sources.stream().flatMap(source -> source.items().stream()).toList();
    try (Recformer model = new Recformer(start, config, random.nextLong());
        RecformerTrainer trainer = RecformerTrainer.ofPretraining(model, random.nextLong())) {
      ItemTokens tokens = model.tokens(items);
      long begun = System.nanoTime();
      double loss = 0;
      for (int step = 1; step <= steps; step++) {
        List<Example> batch = new ArrayList<>();
        while (batch.size() < config.batch()) {
          batch.add(draw(sequences.get(random.nextInt(sequences.size())), random));
        }
        loss += trainer.pretrain(tokens, batch);
        if (step % REPORT_EVERY == 0) {
          double speed = step * config.batch() / ((System.nanoTime() - begun) / 1e9);
          double done = (double) step / steps;
          listener.accept(new EpochProgress(1, 1, done, loss / step, Double.NaN, speed));
        }
      }
      return model.weights();
    }
  }

  /** Some place of a sequence, and what was before it. */
  private static Example draw(int[] sequence, SplittableRandom random) {
    int at = random.nextInt(1, sequence.length);
    return new Example(Arrays.copyOf(sequence, at), sequence[at]);
  }
}
