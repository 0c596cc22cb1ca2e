package dev.headwater.jobs.finetune;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Which shard owns a row, and by which keys shards are reached. For one thread. */
final class OwnerRoutes {
  private static final String CLOCK = "~clock";

  private final StateKeys keys;
  private final int shards;
  private final int maxParallelism;
  private final Map<String, String[]> reached = new HashMap<>();

  OwnerRoutes(StateKeys keys, int shards, int maxParallelism) {
    this.keys = keys;
    this.shards = shards;
    this.maxParallelism = maxParallelism;
  }

  int shards() {
    return shards;
  }

  /** Returns the shard of an item, from 0. */
  int shard(String domain, String item) {
    return shard(keys.of(domain, item));
  }

  /** Returns the shard to which a copy of an event goes. */
  int shardOf(TrainingExample copy) {
    return shard(copy.route());
  }

  private int shard(String route) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(route, maxParallelism, shards);
  }

  /**
   * Gives each shard its copy of an event: the owner of its target one that says so, other owners
   * of rows of it one each, all others what their clocks need.
   */
  void copies(String domain, TrainingExample example, Consumer<TrainingExample> to) {
    String ofTarget = keys.of(domain, example.target());
    to.accept(example.withRoute(ofTarget, true));
    if (shards == 1) {
      return;
    }
    BitSet has = new BitSet(shards);
    has.set(shard(ofTarget));
    for (String item : example.history()) {
      String route = keys.of(domain, item);
      if (!has.get(shard(route))) {
        has.set(shard(route));
        to.accept(example.withRoute(route, false));
      }
    }
    for (int other = has.nextClearBit(0); other < shards; other = has.nextClearBit(other + 1)) {
      to.accept(example.toClock(to(domain, CLOCK, other)));
    }
  }

  /** Returns a key that a shard owns. */
  String to(String domain, String name, int shard) {
    String[] known = reached.computeIfAbsent(keys.of(domain, name), key -> new String[shards]);
    String route = known[shard];
    if (route == null) {
      route = search(keys.of(domain, name), shard);
      known[shard] = route;
    }
    return route;
  }

  private String search(String prefix, int wanted) {
    String route = prefix;
    for (int i = 0; shard(route) != wanted; i++) {
      route = prefix + "-" + i;
    }
    return route;
  }
}
