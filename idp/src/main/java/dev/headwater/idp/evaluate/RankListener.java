package dev.headwater.idp.evaluate;

/** Hears of each event that a contender of a stream ranks. Called by the thread that evaluates. */
@FunctionalInterface
public interface RankListener {
  /** Hears nothing. */
  RankListener NONE = (contender, rank) -> {};

  /**
   * Of the next event: contenders come one after another, all with the same events in the same
   * order.
   *
   * @param contender a name of {@link StreamResult}
   * @param rank of what was taken, from 1 on
   */
  void ranked(String contender, double rank);
}
