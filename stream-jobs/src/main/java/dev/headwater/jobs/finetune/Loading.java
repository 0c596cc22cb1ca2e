package dev.headwater.jobs.finetune;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  private final Map<String, ClicksRead> carried = new HashMap<>();

  /** Makes the learner's rows from what it was given of the topics. */
  Loading(Learner learner, Publisher publisher, String bundleId) {
    this.learner = learner;
    this.publisher = publisher;
    this.bundleId = bundleId;
    learner.build();
  }

  /** Takes a saved row; returns what is to stand in the state from now on, null for nothing. */
  byte @Nullable [] take(String item, byte[] bytes) {
    if (ClicksRead.isOne(bytes)) {
      ClicksRead left = ClicksRead.decode(bytes);
      return takeLeft(item, left) ? bytes : null;
    }
    RowCodec.Saved saved = RowCodec.read(bytes);
    if (!saved.isOf(bundleId)) {
      return takeOfAnother(item, saved);
    }
    if (!learner.rows().restore(item, saved)) {
      publisher.sendTombstoneOfEnded(item);
      return null;
    }
    taken.add(item);
    if (saved.frozen() != null) {
      frozen.put(item, saved.frozen());
    }
    return bytes;
  }

  /** Of a row of a bundle that cannot be had any more, what clicks say stands. */
  private byte @Nullable [] takeOfAnother(String item, RowCodec.Saved saved) {
    ClicksRead read =
        new ClicksRead(
            saved.incarnation(),
            saved.beganMs(),
            saved.clicksRead(),
            saved.countedNewest(),
            saved.counts());
    boolean stays = takeLeft(item, read) && StateFormat.keepsClicksRead();
    return stays ? read.encode() : null;
  }

  private boolean takeLeft(String item, ClicksRead left) {
    boolean stays = learner.rows().restore(item, left);
    if (stays && left.counts().length > 0) {
      carried.put(item, left.countsAlone());
    }
    return stays;
  }

  /** Ends loading: from now on changes of rows are reported and rows go out. */
  void end(long nowMs) {
    learner.endLoading(taken, nowMs);
    learner.restoreFrozen(frozen);
    learner.carry(carried);
  }
}
