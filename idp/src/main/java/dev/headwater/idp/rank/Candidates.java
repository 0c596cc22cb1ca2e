package dev.headwater.idp.rank;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.NearTexts;

/** Offers the items that the lists of a history name. For any thread. */
public final class Candidates {
  private final Evidence evidence;
  private final RankConfig config;

  /** Reads lists from the evidence. */
  public Candidates(Evidence evidence, RankConfig config) {
    this.evidence = evidence;
    this.config = config;
  }

  /**
   * Offers what was taken with the last items and what has texts like theirs; an item that has no
   * list yet inherits those of the texts like its own. The index of the learned rows and the
   * popular items are offered by whoever keeps them, before this.
   */
  public void offer(int[] history, CandidateSet set) {
    int gaps = Math.min(evidence.config().gaps(), history.length);
    for (int back = 1; back <= gaps; back++) {
      int item = history[history.length - back];
      boolean listed = offerCompanions(item, set);
      if (back <= config.textHistory()) {
        offerTexts(item, set, !listed);
      }
    }
  }

  private boolean offerCompanions(int item, CandidateSet set) {
    Companions companions = evidence.companions(item);
    for (int i = 0; i < companions.size(); i++) {
      offer(companions.item(i), set);
    }
    return companions.size() > 0;
  }

  private void offer(int item, CandidateSet set) {
    if (evidence.exists(item)) {
      set.offer(item);
    }
  }

  private void offerTexts(int item, CandidateSet set, boolean inherit) {
    NearTexts near = evidence.texts(item);
    for (int i = 0; i < Math.min(config.texts(), near.size()); i++) {
      offer(near.items()[i], set);
    }
    for (int i = 0; inherit && i < Math.min(config.inherited(), near.size()); i++) {
      offerCompanions(near.items()[i], set);
    }
  }
}
