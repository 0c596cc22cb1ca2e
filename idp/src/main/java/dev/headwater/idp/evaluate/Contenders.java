package dev.headwater.idp.evaluate;

import dev.headwater.idp.evaluate.StreamResult.StreamScore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What all contenders of a stream have scored so far. */
final class Contenders {
  private final Map<String, Contender> all = new LinkedHashMap<>();
  private final boolean[] known;
  private final RankListener listener;

  /**
   * Nobody has scored yet.
   *
   * @param known which items were met before the stream
   * @param names of the contenders
   * @param listener hears what each scores
   */
  Contenders(boolean[] known, List<String> names, RankListener listener) {
    this.known = known.clone();
    this.listener = listener;
    names.forEach(name -> all.put(name, new Contender()));
  }

  void add(String name, double rank, int target) {
    Objects.requireNonNull(all.get(name), name).add(rank, known[target]);
    listener.ranked(name, rank);
  }

  Map<String, StreamScore> scores() {
    Map<String, StreamScore> scores = new LinkedHashMap<>();
    all.forEach((name, contender) -> scores.put(name, contender.score()));
    return scores;
  }
}
