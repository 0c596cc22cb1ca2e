package dev.headwater.idp.evaluate;

import dev.headwater.idp.evaluate.StreamResult.StreamScore;
import dev.headwater.idp.online.RankingMetrics;

/** What one contender of a stream has scored so far. */
final class Contender {
  private final RankingMetrics all = new RankingMetrics();
  private final RankingMetrics known = new RankingMetrics();
  private final RankingMetrics fresh = new RankingMetrics();

  void add(double rank, boolean isKnown) {
    all.add(rank);
    (isKnown ? known : fresh).add(rank);
  }

  StreamScore score() {
    return new StreamScore(all.hr10(), all.ndcg10(), known.hr10(), fresh.hr10(), all.count());
  }
}
