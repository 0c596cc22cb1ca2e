package dev.headwater.serving.recommend;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.RankConfig;
import java.util.HashMap;
import java.util.Map;

/**
 * Which items of a history name another one, in their lists. The history's items fade as they do in
 * the features.
 */
final class Speakers {
  private final Evidence evidence;
  private final RankConfig config;
  private final int[] history;

  Speakers(Evidence evidence, RankConfig config, int[] history) {
    this.evidence = evidence;
    this.config = config;
    this.history = history;
  }

  /** Returns the share of each item in what counts say of the other one. */
  Map<Integer, Float> byCounts(int code) {
    Map<Integer, Double> links = new HashMap<>();
    double fading = 1;
    int gaps = Math.min(evidence.config().gaps(), history.length);
    for (int back = 1; back <= gaps; back++, fading *= config.historyDecay()) {
      int item = history[history.length - back];
      double link = fading * link(item, code);
      if (link > 0) {
        links.merge(item, link, Double::sum);
      }
    }
    double all = links.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<Integer, Float> shares = new HashMap<>();
    links.forEach((item, link) -> shares.put(item, (float) (link / all)));
    return shares;
  }

  private double link(int item, int code) {
    ItemCounts counts = evidence.counts(item);
    if (counts == null) {
      return 0;
    }
    Companions companions = counts.companions();
    double taken = Math.max(1, counts.taken(evidence.tick(), evidence.config()));
    for (int i = 0; i < companions.size(); i++) {
      if (companions.item(i) == code) {
        return companions.weight(i)
            * companions.faded(evidence.tick(), evidence.config())
            / Math.pow(taken, config.norm());
      }
    }
    return 0;
  }

  /** Returns the cosine of each item's text with the other one's, where it is among the nearest. */
  Map<Integer, Float> byTexts(int code) {
    Map<Integer, Float> cosines = new HashMap<>();
    for (int back = 1; back <= Math.min(config.textHistory(), history.length); back++) {
      int item = history[history.length - back];
      NearTexts near = evidence.texts(item);
      for (int i = 0; i < near.size(); i++) {
        if (near.items()[i] == code) {
          cosines.put(item, near.cosines()[i]);
        }
      }
    }
    return cosines;
  }
}
