package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.evaluate.StreamEvents.Entry;
import dev.headwater.idp.online.EmbeddingTable;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.PrequentialRanker;
import dev.headwater.idp.online.RecentPopularity;
import dev.headwater.idp.online.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mode stream: all events in order of time; the first part fits, the rest is ranked and then
 * learned. Every contender ranks the same events. It learns as FineTuneJob does: full windows of
 * {@link Steps#MOST} steps while there is a backlog (the first part), windows of one step in the
 * stream, histories of like length together; and it keeps the rows of items without a click as
 * ColdStartJob does. For one thread.
 */
public final class StreamEvaluation {
  private final StreamSettings settings;

  /** Makes an evaluation. */
  public StreamEvaluation(StreamSettings settings) {
    this.settings = settings;
  }

  /**
   * Runs through all events of a domain with real timestamps.
   *
   * @throws DataException if its timestamps are positions in a user's sequence: they do not say
   *     which of two users came first
   */
  public StreamResult run(DomainData data, float[][] texts, SourceBundle bundle) {
    if (!data.realTime()) {
      throw new DataException(data.name() + " has an order of events but no times: no stream");
    }
    List<Entry> events = StreamEvents.of(data);
    EarlyItems early = new EarlyItems(texts, bundle, settings.coldStart());
    try (Run run = new Run(events, early, bundle)) {
      return run.run();
    }
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
    private final RecentPopularity<Integer> popularity;
    private final List<List<Integer>> histories = new ArrayList<>();
    private final EarlyItems early;
    private final OnlineConfig online;
    private final List<Example> window = new ArrayList<>();
    private final Contender[] scores = new Contender[5];

    Run(List<Entry> events, EarlyItems early, SourceBundle bundle) {
      this.events = events;
      this.early = early;
      float[][] rows = early.start();
      this.bundle = bundle;
      int dim = bundle.manifest().dim();
      cut = (int) (events.size() * settings.fitted());
      known = new boolean[rows.length];
      events.subList(0, cut).forEach(entry -> known[entry.item()] = true);
      float scale = bundle.manifest().logitScale();
      online = settings.online();
      tuner = new OnlineTuner(bundle.newEncoder(), online, scale, settings.seed());
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
      popularity = new RecentPopularity<>(settings.popularityWindow());
      int users = events.stream().mapToInt(Entry::user).max().orElse(-1) + 1;
      for (int i = 0; i < users; i++) {
        histories.add(new ArrayList<>());
      }
      Arrays.setAll(scores, i -> new Contender());
    }

    StreamResult run() {
      for (int i = 0; i < events.size(); i++) {
        if (isRefresh(i)) {
          flush(i > cut);
          early.refresh(tuner);
        }
        if (i == cut) {
          flush(false);
          freeze();
        }
        if (i >= cut && isQuarter(i)) {
          flush(true);
          retrain();
        }
        add(events.get(i), i >= cut);
        int steps = i < cut ? Steps.MOST : 1;
        if (window.size() >= steps * online.batchSize()) {
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

    /** Half-way through the first part and at its end, then as often as is set. */
    private boolean isRefresh(int at) {
      int every = settings.refreshEvents();
      return every > 0 && (at == cut / 2 || (at >= cut && (at - cut) % every == 0));
    }

    private void retrain() {
      if (settings.retrain()) {
        retrained.train(sequences());
      }
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
          scores[3].add(popularity.rank(entry.item(), known.length, history), known[entry.item()]);
        }
        window.add(new Example(items, entry.item()));
        early.clicked(entry.item());
      }
      history.add(entry.item());
      popularity.add(entry.item());
    }

    private void flush(boolean ranked) {
      if (window.isEmpty()) {
        return;
      }
      if (ranked) {
        count(scores[0], ranker.ranks(window, tuner.table()));
        double[] still = ranker.ranks(window, frozen);
        count(scores[1], still);
        count(scores[2], ranker.ranks(window, start));
        count(scores[4], retrained.isTrained() ? retrained.ranks(window) : still);
      }
      Steps.of(window, lesson -> lesson.history().length, online.batchSize()).forEach(tuner::learn);
      window.clear();
    }

    private void count(Contender contender, double[] ranks) {
      for (int i = 0; i < ranks.length; i++) {
        contender.add(ranks[i], known[window.get(i).target()]);
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
