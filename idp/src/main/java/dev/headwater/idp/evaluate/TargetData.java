package dev.headwater.idp.evaluate;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Sequences;
import dev.headwater.idp.heldout.HeldOut;
import java.util.List;

/**
 * A target domain, split: of every user with three or more events the last one is the test, the one
 * before validation, the rest training.
 *
 * @param name of the domain
 * @param itemCount size of the catalog
 * @param texts text vector of every item
 * @param train training sequences
 * @param validation questions to choose by
 * @param test questions to report
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record TargetData(
    String name,
    int itemCount,
    float[][] texts,
    List<int[]> train,
    List<HeldOut> validation,
    List<HeldOut> test) {
  /** Splits a domain. */
  public static TargetData of(DomainData data, float[][] texts) {
    Sequences sequences = Sequences.of(data);
    return new TargetData(
        data.name(),
        sequences.itemCount(),
        texts,
        sequences.withoutLast(2),
        HeldOut.fromEnd(sequences, 2),
        HeldOut.fromEnd(sequences, 1));
  }

  /** Which items stand in a training sequence. */
  public boolean[] trained() {
    boolean[] trained = new boolean[itemCount];
    for (int[] sequence : train) {
      for (int item : sequence) {
        trained[item] = true;
      }
    }
    return trained;
  }
}
