package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.evaluate.StreamEvents.Entry;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.online.EmbeddingTable;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.PrequentialRanker;
import dev.headwater.idp.online.Steps;
import dev.headwater.idp.rank.RankerWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run through a stream. Each event is ranked by everybody, then teaches the ranker, then is
 * counted; rows learn when a window is full, as in the job. For one thread.
 */
final class StreamRun implements AutoCloseable {
  /** Examples of a new domain that are ranked with nothing learned before. */
  private static final int FIRST = 2_000;

  /**
   * An example that is still to be ranked and counted.
   *
   * @param idleMs milliseconds since the user's last event
   * @param wanted whether it is something to recommend
   */
  private record Pending(Example example, long idleMs, boolean wanted) {
    /** As in the job: an item that the history holds already is learned, and nobody is asked. */
    boolean isAsked() {
      return example.history().length > 0
          && Arrays.stream(example.history()).noneMatch(item -> item == example.target());
    }
  }

  private enum Phase {
    FIRST,
    FIT,
    STREAM
  }

  private final StreamSettings settings;
  private final List<Entry> events;
  private final SourceBundle bundle;
  private final int cut;
  private final OnlineTuner tuner;
  private final EmbeddingTable start;
  private final EmbeddingTable frozen;
  private final SequenceEncoder encoder;
  private final PrequentialRanker ranker;
  private final Retrained retrained;
  private final ItemBook book = new ItemBook(CountConfig.defaults());
  private final LiveAnswers live;
  private final SimpleAnswers simple;
  private final List<List<Integer>> histories = new ArrayList<>();
  private final EarlyItems early;
  private final List<Example> window = new ArrayList<>();
  private final List<Pending> pending = new ArrayList<>();
  private final Map<Integer, Long> newestMs = new HashMap<>();
  private final Contenders first;
  private final Contenders scores;
  private final Contenders unwanted;
  private int examples;

  StreamRun(
      StreamSettings settings,
      List<Entry> events,
      float[][] texts,
      SourceBundle bundle,
      RankListener listener) {
    this.settings = settings;
    this.events = events;
    this.bundle = bundle;
    early = new EarlyItems(texts, bundle, settings.coldStart());
    float[][] rows = early.start();
    int dim = bundle.manifest().dim();
    cut = (int) (events.size() * settings.fitted());
    boolean[] known = new boolean[rows.length];
    events.subList(0, cut).forEach(entry -> known[entry.item()] = true);
    tuner =
        new OnlineTuner(
            bundle.newEncoder(),
            settings.online(),
            bundle.manifest().logitScale(),
            settings.seed());
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
    live = new LiveAnswers(book, NearestTexts.of(texts));
    simple = new SimpleAnswers(book, texts, settings.popularityWindow());
    int users = events.stream().mapToInt(Entry::user).max().orElse(-1) + 1;
    for (int i = 0; i < users; i++) {
      histories.add(new ArrayList<>());
    }
    first = new Contenders(known, StreamResult.FIRST_NAMES, RankListener.NONE);
    scores = new Contenders(known, StreamResult.NAMES, listener);
    unwanted = new Contenders(known, StreamResult.UNWANTED_NAMES, RankListener.NONE);
  }

  StreamResult run() {
    for (int i = 0; i < events.size(); i++) {
      prepare(i);
      add(events.get(i));
      Phase phase = phase(i);
      int steps = phase == Phase.FIT ? Steps.MOST : 1;
      boolean firstAreFull = phase == Phase.FIRST && examples == FIRST;
      if (firstAreFull || window.size() >= steps * settings.online().batchSize()) {
        flush(phase);
      }
    }
    flush(Phase.STREAM);
    return new StreamResult(scores.scores(), first.scores(), unwanted.scores());
  }

  /** What happens before an event: refresh of cold rows, the cut, and retraining. */
  private void prepare(int at) {
    if (isRefresh(at)) {
      flush(phase(at - 1));
      early.refresh(tuner);
    }
    if (at == cut) {
      flush(phase(at - 1));
      freeze();
    }
    if (at >= cut && isQuarter(at)) {
      flush(Phase.STREAM);
      retrain();
    }
  }

  private Phase phase(int at) {
    if (at >= cut) {
      return Phase.STREAM;
    }
    return examples <= FIRST && at >= 0 ? Phase.FIRST : Phase.FIT;
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

  private void add(Entry entry) {
    List<Integer> history = histories.get(entry.user());
    boolean dislike = entry.weight() < 0;
    Integer item = entry.item();
    var unused = dislike && history.remove(item); // of an item the newest event stands
    Example example =
        new Example(history.stream().mapToInt(Integer::intValue).toArray(), item, entry.weight());
    long timeMs = 1_000 * entry.time();
    Long before = newestMs.put(entry.user(), timeMs);
    long idleMs = before == null ? RankerWeights.UNKNOWN : timeMs - before;
    pending.add(new Pending(example, idleMs, entry.wanted()));
    if (!history.isEmpty()) {
      window.add(example);
      early.clicked(item);
      examples++;
    }
    if (!dislike) {
      history.add(item);
    }
  }

  private void flush(Phase phase) {
    if (phase == Phase.STREAM) {
      rankByTables();
    }
    float[][] logits = phase == Phase.FIT ? new float[0][] : logits();
    int at = 0;
    for (Pending each : pending) {
      Example example = each.example();
      if (phase != Phase.FIT && each.isAsked()) {
        rank(each, logits[at], phase);
      }
      at += example.history().length > 0 ? 1 : 0;
      book.learn(example.history(), example.target(), example.weight());
      if (example.weight() > 0) {
        simple.add(example.target());
      }
    }
    pending.clear();
    Steps.of(window, example -> example.history().length, settings.online().batchSize())
        .forEach(tuner::learn);
    window.clear();
  }

  private float[][] logits() {
    if (window.isEmpty()) {
      return new float[0][];
    }
    float[][] logits = ranker.scores(window, tuner.table());
    for (float[] ofExample : logits) {
      for (int item = 0; item < ofExample.length; item++) {
        ofExample[item] *= bundle.manifest().logitScale();
      }
    }
    return logits;
  }

  private void rank(Pending each, float[] logits, Phase phase) {
    Example example = each.example();
    int target = example.target();
    double rank =
        live.rankAndLearn(example.history(), each.idleMs(), target, example.weight(), logits);
    if (!each.wanted()) {
      if (phase == Phase.STREAM) {
        unwanted.add(StreamResult.LIVE, rank, target);
      }
      return; // it taught, and is no hit
    }
    if (phase == Phase.FIRST) {
      first.add(StreamResult.LIVE, rank, target);
      simple.rankFirst(example.history(), target, first);
    } else {
      scores.add(StreamResult.LIVE, rank, target);
      simple.rank(example.history(), target, scores);
    }
  }

  private void rankByTables() {
    count(StreamResult.LEARNED, ranker.ranks(window, tuner.table()));
    double[] still = ranker.ranks(window, frozen);
    count(StreamResult.FROZEN, still);
    count(StreamResult.NEVER_TUNED, ranker.ranks(window, start));
    count(StreamResult.RETRAINED, retrained.isTrained() ? retrained.ranks(window) : still);
  }

  /** Ranks are those of the window, which holds what of the pending has a history. */
  private void count(String name, double[] ranks) {
    int at = 0;
    for (Pending each : pending) {
      if (each.example().history().length > 0) {
        Contenders asked = each.wanted() ? scores : unwanted;
        boolean counts = each.wanted() || StreamResult.UNWANTED_NAMES.contains(name);
        if (counts && each.isAsked()) {
          asked.add(name, ranks[at], each.example().target());
        }
        at++;
      }
    }
  }

  private void freeze() {
    for (int slot = 0; slot < frozen.size(); slot++) {
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
    simple.close();
  }
}
