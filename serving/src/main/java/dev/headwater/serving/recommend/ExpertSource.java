package dev.headwater.serving.recommend;

import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Expert;
import dev.headwater.idp.rank.LearnedScores;
import dev.headwater.idp.rank.Scorer;
import dev.headwater.serving.items.TopK;
import dev.headwater.serving.state.RankSpaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items that all experts name for a history, in the order of the ranker: candidates are
 * gathered, their features computed and weighed by the code that learning uses. An exact query
 * scores every item of the table by the same measure. To be closed: its room is used again.
 */
public final class ExpertSource implements Source, AutoCloseable {
  /** Newest items that are offered, whatever any expert says of them. */
  public static final int NEWEST = 32;

  /** Items that an exact query scores at a time, beside those that were found. */
  private static final int EXACT_CHUNK = 8_192;

  /** One in so many rows may be missing. */
  private static final int ROWS_MISSING = 4;

  /** Room for what the other experts find where more is wanted than usual. */
  private static final int BESIDE = 1_024;

  private static final int[] NOTHING = new int[0];

  private final Pool pool;
  private final Pool.Experience experience;
  private final Query query;
  private final int[] history;
  private final long idleMs;
  private final boolean byRows;
  private RankSpaces.Space space;

  /** Of the candidates whose features stand in the table; null while there are none. */
  private @Nullable Scorer scorer;

  private int found;

  /** Those of them that learning would have found too: what shares are shares of. */
  private int shared;

  /**
   * Creates one.
   *
   * @param pool whose history has at least one item
   * @param experience of the pool
   * @param idleMs milliseconds since the history's newest event; below 0 where that is not known
   * @param byRows whether the learned rows have a say: there is a vector of the user
   */
  ExpertSource(Pool pool, Pool.Experience experience, Query query, long idleMs, boolean byRows) {
    this.pool = pool;
    this.experience = experience;
    this.query = query;
    this.idleMs = idleMs;
    this.byRows = byRows;
    history = pool.history();
    space = experience.spaces().take(query.exact() ? usual() + EXACT_CHUNK : usual());
  }

  private int usual() {
    return experience.spaces().config().candidates();
  }

  @Override
  public List<Scored> best(int want) {
    int wanted = Math.max(experience.spaces().config().learned(), want);
    makeRoom(wanted + BESIDE + (query.exact() ? EXACT_CHUNK : 0));
    gather(wanted);
    found = space.set().size();
    TopK best = new TopK(want);
    rank(0, best);
    return query.exact() ? exactly(best) : scored(best);
  }

  private void makeRoom(int candidates) {
    if (candidates > space.capacity()) {
      experience.spaces().giveBack(space);
      space = experience.spaces().take(candidates);
    }
  }

  /**
   * In the order in which learning offers them; rows that lie deeper than it looks, and the newest
   * items, come last.
   */
  private void gather(int wanted) {
    space.moment().start(experience.evidence());
    CandidateSet set = space.set();
    set.start(query.includeSeen() ? NOTHING : history);
    int[] rows = byRows ? pool.learned(wanted + pool.deeper(), least(wanted)) : NOTHING;
    for (int at = 0; at < Math.min(wanted, rows.length); at++) {
      set.offer(rows[at]);
    }
    space.lists().offer(history, set);
    for (int item : experience.popular()) {
      set.offer(item);
    }
    shared = set.size();
    for (int at = wanted; at < rows.length; at++) {
      set.offer(rows[at]);
    }
    for (int item : pool.newest(NEWEST)) {
      offer(set, item);
    }
  }

  private void offer(CandidateSet set, int code) {
    if (code >= 0 && pool.isLive(code)) {
      set.offer(code);
    }
  }

  /** Returns how many rows are enough: the other experts name items as well. */
  public static int least(int wanted) {
    return wanted - wanted / ROWS_MISSING;
  }

  private LearnedScores learned() {
    return byRows ? new PoolLogits(pool) : item -> Float.NaN;
  }

  private record PoolLogits(Pool pool) implements LearnedScores {
    @Override
    public float of(int item) {
      return pool.logit(item);
    }

    @Override
    public void of(int[] items, int count, float[] into) {
      pool.logits(items, count, into);
    }
  }

  /** Computes the features of the candidates, and the weights that count for them. */
  private Scorer fill() {
    space.features().fill(history, idleMs, space.set(), shared, learned(), space.table());
    Scorer made = experience.ranker().scorer(space.table());
    scorer = made;
    return made;
  }

  /** Scores the candidates from a place on. */
  private void rank(int from, TopK best) {
    CandidateSet set = space.set();
    Scorer made = fill();
    for (int place = from; place < set.size(); place++) {
      float score = (float) made.score(place);
      if (score >= best.threshold()) {
        int code = set.item(place);
        if (pool.allows(code) && pool.isLive(code)) {
          best.offer(code, score);
        }
      }
    }
  }

  /** The items that nobody found, some at a time beside those that were found. */
  private List<Scored> exactly(TopK best) {
    int[] candidates = candidates();
    int rows = pool.rows();
    for (int from = 0; from < rows; ) {
      restart(candidates);
      int to = from;
      while (to < rows && space.set().size() < found + EXACT_CHUNK) {
        offer(space.set(), pool.item(to++));
      }
      rank(found, best);
      from = to;
    }
    List<Scored> scored = scored(best);
    restart(candidates);
    scored.forEach(each -> space.set().offer(each.code()));
    var unused = fill();
    return scored;
  }

  private int[] candidates() {
    int[] candidates = new int[found];
    for (int i = 0; i < found; i++) {
      candidates[i] = space.set().item(i);
    }
    return candidates;
  }

  private void restart(int[] candidates) {
    space.set().start(query.includeSeen() ? NOTHING : history);
    for (int code : candidates) {
      space.set().offer(code);
    }
  }

  private static List<Scored> scored(TopK best) {
    float[] scores = new float[best.size()];
    int[] codes = best.drain(scores);
    List<Scored> scored = new ArrayList<>(codes.length);
    for (int i = 0; i < codes.length; i++) {
      scored.add(new Scored(codes[i], scores[i]));
    }
    return scored;
  }

  /** Returns how many candidates the experts found. */
  int found() {
    return found;
  }

  /** Returns what each expert adds to the score of an item; empty where nobody found it. */
  Map<Expert, Double> contributions(int code) {
    int place = space.set().indexOf(code);
    return place < 0 || scorer == null ? Map.of() : scorer.contributions(place);
  }

  /** Returns the expert that adds most to the score of an item; null where nobody found it. */
  @Nullable Expert strongest(int code) {
    int place = space.set().indexOf(code);
    return place < 0 || scorer == null ? null : scorer.strongest(place);
  }

  /** Returns who of the history names an item. */
  Speakers speakers() {
    return new Speakers(experience.evidence(), experience.spaces().config(), history);
  }

  @Override
  public void close() {
    experience.spaces().giveBack(space);
  }
}
