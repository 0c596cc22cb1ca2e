package dev.headwater.serving.nodes;

import java.util.ArrayList;
import java.util.List;

/**
 * One division of the items and users, and who holds each part. Immutable.
 *
 * @param generation the higher serves before the lower
 * @param shards who holds each of them; those that are leaving stand last
 */
public record Division(int generation, List<List<Member>> shards) {
  /** Copies the lists. */
  public Division {
    shards = shards.stream().map(List::copyOf).toList();
  }

  static Division of(int generation, int count, List<Member> members) {
    List<List<Member>> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      int number = shard;
      shards.add(
          members.stream()
              .filter(each -> each.slice().shard() == number)
              .sorted(java.util.Comparator.comparing(Member::leaving).thenComparing(Member::node))
              .toList());
    }
    return new Division(generation, shards);
  }

  /** Returns how many shards there are. */
  public int count() {
    return shards.size();
  }

  /** Tells whether every shard is held by somebody. */
  public boolean isComplete() {
    return shards.stream().noneMatch(List::isEmpty);
  }

  /** Returns how many shards nobody holds. */
  int missing() {
    return (int) shards.stream().filter(List::isEmpty).count();
  }
}
