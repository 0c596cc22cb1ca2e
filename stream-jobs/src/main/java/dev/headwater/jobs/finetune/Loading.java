package dev.headwater.jobs.finetune;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an attempt does with saved rows after it read the topics: each is taken, cleared because its
 * item ended or began again, or yields to what was published since ({@link RowTable} decides). For
 * one thread.
 */
final class Loading {
  private final Learner learner;
  private final Publisher publisher;
  private final String bundleId;
  private final List<String> taken = new ArrayList<>();
  private final Map<String, float[]> frozen = new HashMap<>();
  private final Map<String, Counting.Carried> carried = new HashMap<>();

  /** Makes the learner's rows from what it was given of the topics. */
  Loading(Learner learner, Publisher publisher, String bundleId) {
    this.learner = learner;
    this.publisher = publisher;
    this.bundleId = bundleId;
    learner.build();
  }

  /** Takes a saved row; false when its state is to be cleared. */
  boolean take(String item, byte[] bytes) {
    RowCodec.Saved saved = RowCodec.read(bytes);
    if (!saved.isOf(bundleId) && saved.counts().length > 0) {
      carried.put(item, new Counting.Carried(saved.incarnation(), saved.counts()));
    }
    if (!saved.isOf(bundleId) || !learner.rows().restore(item, saved)) {
      publisher.sendTombstoneOfEnded(item);
      return false;
    }
    taken.add(item);
    if (saved.frozen() != null) {
      frozen.put(item, saved.frozen());
    }
    return true;
  }

  /** Ends loading: from now on changes of rows are reported and rows go out. */
  void end(long nowMs) {
    learner.endLoading(taken, nowMs);
    learner.restoreFrozen(frozen);
    learner.carry(carried);
  }
}
