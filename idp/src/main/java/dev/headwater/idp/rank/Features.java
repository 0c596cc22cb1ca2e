package dev.headwater.idp.rank;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.FastMath;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.Takes;
import java.util.Arrays;

/**
 * Computes the features of candidates from evidence: the one place where they are made. It looks at
 * the lists of the history's last items and at the counts of the candidates, never at the rest of
 * the catalog. For one thread.
 */
public final class Features {
  private static final double LEARNED_FLOOR = 1e-5;
  private static final double SHARE_FLOOR = 1e-4;
  private static final double LOG_LEARNED_FLOOR = FastMath.ln(LEARNED_FLOOR);
  private static final double LOG_SHARE_FLOOR = FastMath.ln(SHARE_FLOOR);

  /** Keeps products of two logarithms of shares as small as the logarithms. */
  private static final double PRODUCT = 0.1;

  private static final double INHERITED_TEMPERATURE = 0.1;
  private static final double INHERITED_COSINE = 0.4;

  private final Evidence evidence;
  private final RankConfig config;
  private CountConfig counts;
  private float[] logits = new float[0];
  private double[] learned = new double[0];
  private double[] counted = new double[0];
  private double[] last = new double[0];
  private double[] support = new double[0];
  private double[] texts = new double[0];
  private double[] inherited = new double[0];
  private double[] cosine = new double[0];
  private double[] listed = new double[0];
  private Takes[] takes = new Takes[0];
  private final Takes speaker = new Takes();
  private final double[] events = new double[CountConfig.WINDOWS];
  private long now;

  /** Reads the evidence as it is at each call. */
  public Features(Evidence evidence, RankConfig config) {
    this.evidence = evidence;
    this.config = config;
    counts = evidence.config();
  }

  /**
   * Fills the table.
   *
   * @param history item numbers, oldest first, at least one
   * @param idleMs milliseconds since its newest event; below 0 where that is not known
   * @param candidates what may be answered
   * @param scores of the learned rows
   * @param table is overwritten
   */
  public void fill(
      int[] history,
      long idleMs,
      CandidateSet candidates,
      LearnedScores scores,
      FeatureTable table) {
    fill(history, idleMs, candidates, candidates.size(), scores, table);
  }

  /**
   * Fills the table for more than the candidates that were found: those that stand behind them are
   * measured by the same shares, so that every item of a domain can be scored as if it had been
   * found.
   *
   * @param history item numbers, oldest first, at least one
   * @param idleMs milliseconds since its newest event; below 0 where that is not known
   * @param candidates those that were found, then any others
   * @param found how many were found: what shares are shares of
   * @param scores of the learned rows
   * @param table is overwritten
   */
  public void fill(
      int[] history,
      long idleMs,
      CandidateSet candidates,
      int found,
      LearnedScores scores,
      FeatureTable table) {
    clear(candidates.size());
    now = evidence.tick();
    counts = evidence.config();
    evidence.takes(candidates.items(), candidates.size(), takes);
    for (int window = 0; window < events.length; window++) {
      events[window] = Math.max(1, events(counts.popularityTicks()[window]));
    }
    learned(candidates, found, scores);
    lists(history, candidates, found);
    table.start(candidates.size(), context(history, idleMs));
    for (int row = 0; row < candidates.size(); row++) {
      shares(row, table);
      ofItem(row, table);
      products(row, table);
    }
  }

  private RankContext context(int[] history, long idleMs) {
    evidence.takes(history[history.length - 1], speaker);
    if (!speaker.isTaken()) {
      return new RankContext(history.length, idleMs, 0, 0);
    }
    double taken = speaker.taken(now, counts);
    return new RankContext(history.length, idleMs, taken, Math.max(0, now - speaker.firstTick()));
  }

  private void clear(int size) {
    if (counted.length < size) {
      logits = new float[size];
      learned = new double[size];
      counted = new double[size];
      last = new double[size];
      support = new double[size];
      texts = new double[size];
      inherited = new double[size];
      cosine = new double[size];
      listed = new double[size];
      int known = takes.length;
      takes = Arrays.copyOf(takes, size);
      Arrays.setAll(takes, i -> i < known ? takes[i] : new Takes());
    }
    for (double[] values :
        new double[][] {counted, last, support, texts, inherited, cosine, listed}) {
      Arrays.fill(values, 0, size, 0);
    }
  }

  private void learned(CandidateSet candidates, int found, LearnedScores scores) {
    double max = Double.NEGATIVE_INFINITY;
    scores.of(candidates.items(), candidates.size(), logits);
    for (int i = 0; i < candidates.size(); i++) {
      learned[i] = Float.isFinite(logits[i]) ? logits[i] : Double.NEGATIVE_INFINITY;
      max = i < found ? Math.max(max, learned[i]) : max;
    }
    for (int i = 0; i < candidates.size(); i++) {
      learned[i] = max == Double.NEGATIVE_INFINITY ? 0 : FastMath.exp(learned[i] - max);
    }
    normalise(learned, found, candidates.size());
  }

  private void lists(int[] history, CandidateSet candidates, int found) {
    double weight = 1;
    int gaps = Math.min(counts.gaps(), history.length);
    for (int back = 1; back <= gaps; back++, weight *= config.historyDecay()) {
      int item = history[history.length - back];
      companions(item, weight, candidates, back == 1);
      if (back <= config.textHistory()) {
        nearTexts(item, weight, candidates, back == 1);
      }
    }
    for (int i = 0; i < candidates.size(); i++) {
      if (counted[i] > 0 || inherited[i] > 0) {
        double norm = norm(takes[i]);
        counted[i] /= norm;
        last[i] /= norm;
        inherited[i] /= norm;
      }
    }
    for (double[] values : new double[][] {counted, last, texts, inherited}) {
      normalise(values, found, candidates.size());
    }
  }

  private void companions(int item, double weight, CandidateSet candidates, boolean newest) {
    Companions companions = evidence.companions(item);
    if (companions.size() == 0) {
      return;
    }
    double faded = weight * companions.faded(now, counts);
    double factor = faded / norm(item);
    for (int k = 0; k < companions.size(); k++) {
      int place = candidates.indexOf(companions.item(k));
      if (place >= 0) {
        counted[place] += factor * companions.weight(k);
        support[place] += faded * companions.weight(k);
        listed[place]++;
        if (newest) {
          last[place] += factor * companions.weight(k);
        }
      }
    }
  }

  private void nearTexts(int item, double weight, CandidateSet candidates, boolean newest) {
    NearTexts near = evidence.texts(item);
    for (int k = 0; k < near.size(); k++) {
      int place = candidates.indexOf(near.items()[k]);
      if (place >= 0) {
        texts[place] += weight * FastMath.exp((near.cosines()[k] - 1) / config.textTemperature());
        cosine[place] = newest ? near.cosines()[k] : cosine[place];
      }
      if (k < config.inherited() && near.cosines()[k] >= INHERITED_COSINE) {
        double likeness = FastMath.exp((near.cosines()[k] - 1) / INHERITED_TEMPERATURE);
        inherit(near.items()[k], weight * likeness, candidates);
      }
    }
  }

  private void inherit(int item, double weight, CandidateSet candidates) {
    Companions companions = evidence.companions(item);
    if (companions.size() == 0) {
      return;
    }
    double factor = weight * companions.faded(now, counts) / norm(item);
    for (int k = 0; k < companions.size(); k++) {
      int place = candidates.indexOf(companions.item(k));
      if (place >= 0) {
        inherited[place] += factor * companions.weight(k);
      }
    }
  }

  private double norm(int item) {
    evidence.takes(item, speaker);
    return norm(speaker);
  }

  /** An item's count to the power of the norm, at least 1. */
  private double norm(Takes of) {
    double taken = of.taken(now, counts);
    return taken > 1 ? FastMath.exp(config.norm() * FastMath.ln(taken)) : 1;
  }

  private void shares(int row, FeatureTable table) {
    table.set(row, Feature.LEARNED, above(learned[row], LEARNED_FLOOR, LOG_LEARNED_FLOOR));
    table.set(row, Feature.COUNTED, above(counted[row], SHARE_FLOOR, LOG_SHARE_FLOOR));
    table.set(row, Feature.COUNTED_LAST, above(last[row], SHARE_FLOOR, LOG_SHARE_FLOOR));
    table.set(row, Feature.TEXTS, above(texts[row], SHARE_FLOOR, LOG_SHARE_FLOOR));
    table.set(row, Feature.INHERITED, above(inherited[row], SHARE_FLOOR, LOG_SHARE_FLOOR));
    table.set(row, Feature.LAST_COSINE, cosine[row]);
    table.set(row, Feature.LISTED, logOf(listed[row]));
    table.set(row, Feature.SUPPORT, logOf(support[row]));
  }

  private void ofItem(int row, FeatureTable table) {
    Takes own = takes[row];
    if (!own.isTaken()) {
      table.set(row, Feature.NEVER_TAKEN, 1);
      return;
    }
    table.set(row, Feature.POPULAR_NOW, popularity(own, 0));
    table.set(row, Feature.POPULAR, popularity(own, 1));
    table.set(row, Feature.POPULAR_LONG, popularity(own, 2));
    table.set(row, Feature.TAKEN, logOf(own.taken(now, counts)));
    table.set(row, Feature.AGE, logOf((double) Math.max(0, now - own.firstTick())));
    table.set(row, Feature.IDLE, logOf((double) Math.max(0, now - own.lastTick())));
  }

  /** {@code ln(1 + value)}. */
  private static double logOf(double value) {
    return value == 0 ? 0 : FastMath.ln(1 + value);
  }

  /** The share of the events of a window, however few they are yet. */
  private double popularity(Takes own, int window) {
    double recent = own.recent(window, now, counts);
    return above(recent / events[window], LEARNED_FLOOR, LOG_LEARNED_FLOOR);
  }

  /** The events so far, faded by a half-life. */
  private double events(double halfLife) {
    return (1 - Math.pow(0.5, now / halfLife)) / (1 - Math.pow(0.5, 1 / halfLife));
  }

  /** What a weighted sum of the shares cannot say: that experts agree, and that shares are high. */
  private static void products(int row, FeatureTable table) {
    float byRows = table.get(row, Feature.LEARNED);
    float byCounts = table.get(row, Feature.COUNTED);
    float byLast = table.get(row, Feature.COUNTED_LAST);
    float byTexts = table.get(row, Feature.TEXTS);
    float popular = table.get(row, Feature.POPULAR);
    table.set(row, Feature.LEARNED_BY_COUNTED, PRODUCT * byRows * byCounts);
    table.set(row, Feature.LEARNED_BY_TEXTS, PRODUCT * byRows * byTexts);
    table.set(row, Feature.COUNTED_BY_TEXTS, PRODUCT * byCounts * byTexts);
    table.set(row, Feature.LEARNED_BY_POPULAR, PRODUCT * byRows * popular);
    table.set(row, Feature.COUNTED_BY_POPULAR, PRODUCT * byCounts * popular);
    table.set(row, Feature.LEARNED_SQUARED, PRODUCT * byRows * byRows);
    table.set(row, Feature.COUNTED_SQUARED, PRODUCT * byCounts * byCounts);
    table.set(row, Feature.COUNTED_LAST_SQUARED, PRODUCT * byLast * byLast);
    table.set(row, Feature.TEXTS_SQUARED, PRODUCT * byTexts * byTexts);
    float support = table.get(row, Feature.SUPPORT);
    table.set(row, Feature.SUPPORT_SQUARED, support * support);
  }

  private static double above(double share, double floor, double logFloor) {
    return share == 0 ? 0 : FastMath.ln(share + floor) - logFloor;
  }

  /** Makes shares of the sum over those that were found. */
  private static void normalise(double[] values, int found, int size) {
    double sum = 0;
    for (int i = 0; i < found; i++) {
      sum += values[i];
    }
    for (int i = 0; sum > 0 && i < size; i++) {
      values[i] /= sum;
    }
  }
}
