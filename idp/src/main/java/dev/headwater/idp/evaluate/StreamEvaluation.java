package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.Cdim;
import dev.headwater.idp.cdim.GeneratedEmbedding;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.evaluate.StreamEvents.Entry;
import dev.headwater.idp.online.EmbeddingTable;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.PrequentialRanker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mode stream: all events in order of time; the first part fits, the rest is ranked batch by batch
 * and then learned. Every contender ranks the same events. For one thread.
 */
public final class StreamEvaluation {
  private final StreamSettings settings;

  /** Makes an evaluation. */
  public StreamEvaluation(StreamSettings settings) {
    this.settings = settings;
  }

  /** Runs through all events of a domain with real timestamps. */
  public StreamResult run(DomainData data, float[][] texts, SourceBundle bundle) {
    List<Entry> events = StreamEvents.of(data);
    try (Run run = new Run(events, start(texts, bundle), bundle)) {
      return run.run();
    }
  }

  private float[][] start(float[][] texts, SourceBundle bundle) {
    Cdim cdim = new Cdim(settings.cdim(), List.of(bundle.sourcePool()));
    List<GeneratedEmbedding> made = cdim.generate(texts);
    float[] fallback = bundle.meanEmbedding();
    return made.stream()
        .map(one -> one.matches().isEmpty() ? fallback : one.vector())
        .toArray(float[][]::new);
  }

  private final class Run implements AutoCloseable {
    private final List<Entry> events;
    private final SourceBundle bundle;
    private final int cut;
    private final boolean[] known;
    private final OnlineTuner tuner;
    private final EmbeddingTable start;
    private final EmbeddingTable frozen;
    private final SequenceEncoder encoder;
    private final PrequentialRanker ranker;
    private final Retrained retrained;
    private final RecentPopularity popularity;
    private final List<List<Integer>> histories = new ArrayList<>();
    private final List<Example> batch = new ArrayList<>();
    private final Contender[] scores = new Contender[5];

    Run(List<Entry> events, float[][] rows, SourceBundle bundle) {
      this.events = events;
      this.bundle = bundle;
      int dim = bundle.manifest().dim();
      cut = (int) (events.size() * settings.fitted());
      known = new boolean[rows.length];
      events.subList(0, cut).forEach(entry -> known[entry.item()] = true);
      float scale = bundle.manifest().logitScale();
      tuner = new OnlineTuner(bundle.newEncoder(), settings.online(), scale, settings.seed());
      start = new EmbeddingTable(dim, rows.length);
      frozen = new EmbeddingTable(dim, rows.length);
      for (float[] row : rows) {
        tuner.add(row);
        start.add(row);
        frozen.add(row);
      }
      encoder = bundle.newEncoder();
      ranker = new PrequentialRanker(encoder);
      retrained = new Retrained(rows.length, settings.seed());
      popularity = new RecentPopularity(rows.length, settings.popularityWindow());
      int users = events.stream().mapToInt(Entry::user).max().orElse(-1) + 1;
      for (int i = 0; i < users; i++) {
        histories.add(new ArrayList<>());
      }
      Arrays.setAll(scores, i -> new Contender());
    }

    StreamResult run() {
      for (int i = 0; i < events.size(); i++) {
        if (i == cut) {
          flush(false);
          freeze();
        }
        if (settings.retrain() && isQuarter(i)) {
          flush(true);
          retrained.train(sequences());
        }
        add(events.get(i), i >= cut);
        if (batch.size() >= settings.online().batchSize()) {
          flush(i >= cut);
        }
      }
      flush(true);
      return new StreamResult(
          scores[0].score(),
          scores[1].score(),
          scores[2].score(),
          scores[3].score(),
          scores[4].score());
    }

    /** At 25, 50 and 75 % of the stream. */
    private boolean isQuarter(int at) {
      int rest = events.size() - cut;
      for (int quarter = 1; quarter <= 3; quarter++) {
        if (at == cut + rest * quarter / 4) {
          return true;
        }
      }
      return false;
    }

    private void add(Entry entry, boolean ranked) {
      List<Integer> history = histories.get(entry.user());
      if (!history.isEmpty()) {
        int[] items = history.stream().mapToInt(Integer::intValue).toArray();
        if (ranked) {
          scores[3].add(popularity.rank(items, entry.item()), known[entry.item()]);
        }
        batch.add(new Example(items, entry.item()));
      }
      history.add(entry.item());
      popularity.add(entry.item());
    }

    private void flush(boolean ranked) {
      if (batch.isEmpty()) {
        return;
      }
      if (ranked) {
        count(scores[0], ranker.ranks(batch, tuner.table()));
        double[] still = ranker.ranks(batch, frozen);
        count(scores[1], still);
        count(scores[2], ranker.ranks(batch, start));
        count(scores[4], retrained.isTrained() ? retrained.ranks(batch) : still);
      }
      tuner.learn(batch);
      batch.clear();
    }

    private void count(Contender contender, double[] ranks) {
      for (int i = 0; i < ranks.length; i++) {
        contender.add(ranks[i], known[batch.get(i).target()]);
      }
    }

    private void freeze() {
      for (int slot = 0; slot < known.length; slot++) {
        frozen.set(slot, tuner.table().get(slot));
      }
      retrained.startFrom(bundle, frozen);
    }

    private List<int[]> sequences() {
      return histories.stream()
          .filter(history -> history.size() >= 2)
          .map(history -> history.stream().mapToInt(Integer::intValue).toArray())
          .toList();
    }

    @Override
    public void close() {
      tuner.close();
      start.close();
      frozen.close();
      ranker.close();
      encoder.close();
      retrained.close();
    }
  }
}
