package dev.headwater.bench.learning;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.RecommendationsByUser;
import dev.headwater.events.json.Interaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Users whose last click is known and never published: the share of them to whom a node shows that
 * item among ten is the HR@10 of its answers. Immutable.
 */
final class Visitors {
  private static final int CUTOFF = 10;
  private static final int A_CALL = 100;
  private static final int CLICKS_MIN = 5;

  private final Map<String, String> next = new LinkedHashMap<>();
  private final List<Interaction> before = new ArrayList<>();

  /**
   * Takes the first users that clicked often enough.
   *
   * @param timeline of all users, oldest first
   */
  Visitors(List<Interaction> timeline, int count) {
    Map<String, List<Interaction>> byUser = new LinkedHashMap<>();
    timeline.forEach(
        click -> byUser.computeIfAbsent(click.user(), user -> new ArrayList<>()).add(click));
    for (Map.Entry<String, List<Interaction>> each : byUser.entrySet()) {
      List<Interaction> clicks = each.getValue();
      if (next.size() < count && clicks.size() >= CLICKS_MIN) {
        next.put(each.getKey(), clicks.get(clicks.size() - 1).item());
        before.addAll(clicks.subList(0, clicks.size() - 1));
      }
    }
  }

  boolean has(String user) {
    return next.containsKey(user);
  }

  /** What they clicked before. */
  List<Interaction> before() {
    return before;
  }

  /** The HR@10 of a node's answers. */
  double hr10(HeadwaterClient node) {
    List<String> users = List.copyOf(next.keySet());
    int hits = 0;
    for (int from = 0; from < users.size(); from += A_CALL) {
      List<String> part = users.subList(from, Math.min(users.size(), from + A_CALL));
      for (RecommendationsByUser.OfUser each : node.forUsers(part, Wish.of(CUTOFF)).answers()) {
        String target = next.get(each.user());
        boolean hit =
            each.recommendations().items().stream().anyMatch(item -> item.item().equals(target));
        hits += hit ? 1 : 0;
      }
    }
    return hits / (double) users.size();
  }
}
