package dev.headwater.serving.state;

import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Candidates;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.FeatureTable;
import dev.headwater.idp.rank.Features;
import dev.headwater.idp.rank.RankConfig;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Room to rank one answer in: some hundred kilobytes that are used again, as many as answers are
 * made at the same time. Safe for concurrent use.
 */
public final class RankSpaces {
  private final Evidence evidence;
  private final RankConfig config;
  private final ConcurrentLinkedQueue<Space> free = new ConcurrentLinkedQueue<>();

  /**
   * Room for one answer; for one thread.
   *
   * @param set its candidates
   * @param table their features
   * @param lists offers candidates
   * @param features fills the table
   * @param moment what both read
   * @param capacity of the set
   */
  public record Space(
      CandidateSet set,
      FeatureTable table,
      Candidates lists,
      Features features,
      Moment moment,
      int capacity) {}

  RankSpaces(Evidence evidence, RankConfig config) {
    this.evidence = evidence;
    this.config = config;
  }

  /** Returns how candidates are gathered. */
  public RankConfig config() {
    return config;
  }

  /** Takes room for at least so many candidates. */
  public Space take(int candidates) {
    Space known = candidates > config.candidates() ? null : free.poll();
    if (known != null) {
      return known;
    }
    int capacity = Math.max(config.candidates(), candidates);
    Moment moment = new Moment(evidence);
    return new Space(
        new CandidateSet(capacity),
        new FeatureTable(),
        new Candidates(moment, config),
        new Features(moment, config),
        moment,
        capacity);
  }

  /** Gives room back; what is larger than usual is let go. */
  public void giveBack(Space space) {
    if (space.capacity() == config.candidates()) {
      free.add(space);
    }
  }
}
