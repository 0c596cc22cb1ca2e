package dev.headwater.idp.online;

import dev.headwater.idp.Pending;
import dev.headwater.idp.encoder.SequenceEncoder;
import java.util.List;

/** Ranks targets in a whole table before they are learned. For one thread. */
public final class PrequentialRanker {
  /** Uses an encoder that somebody else closes. */
  public PrequentialRanker(SequenceEncoder encoder) {}

  /**
   * The rank of each target among the live slots without the history, 1 is best; ties count half; a
   * target without a finite score comes last.
   */
  public double[] ranks(List<Example> batch, EmbeddingTable table) {
    return Pending.body();
  }
}
