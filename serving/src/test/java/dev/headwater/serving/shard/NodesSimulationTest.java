package dev.headwater.serving.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.nodes.Division;
import dev.headwater.serving.recommend.ItemFilter;
import dev.headwater.serving.recommend.Mix;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Recommender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty nodes, ten shards of five replicas, in simulated time: nodes die and come back, hang, leave
 * and are slow, and a division of more shards takes the place of the first; the code that routes,
 * asks, merges and ranks is the real one. Whatever happens, as long as one replica of every shard
 * is well: every request is answered, in time, with nothing missing, and as one node answers that
 * holds all items. {@code -Dsimulation.seed=S} runs one seed.
 */
class NodesSimulationTest {
  private static final int ITEMS = 400;
  private static final int USERS = 20;
  private static final int SHARDS = 10;
  private static final int REPLICAS = 5;
  private static final long ANSWER_MS_MAX = 5_000;
  private static final Query QUERY =
      new Query(10, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);

  private final List<ShardNode> states = new ArrayList<>();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Map<String, List<String>> expected = new HashMap<>();
  private final ShardNode.Ticking clock = new ShardNode.Ticking();
  private Random random = new Random(0);
  private SimulatedNetwork network = new SimulatedNetwork(random);
  private final List<String> wrong = new ArrayList<>();
  private String seed = "";
  private int asked;
  private int answered;

  @AfterEach
  void close() {
    states.forEach(ShardNode::close);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyAnswerIsWholeWhicheverNodesFail(long number) {
    begin(Long.getLong("simulation.seed", number));
    List<SimulatedNode> first = division(SHARDS, REPLICAS, 1, 0);
    network.runUntil(6_000);
    for (int step = 0; step < 400; step++) {
      fault(first);
      request();
      network.runUntil(network.nowMs() + 20 + random.nextInt(100));
    }
    settle();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDivisionOfMoreShardsTakesOverWithoutAGap(long number) {
    begin(Long.getLong("simulation.seed", number));
    List<SimulatedNode> first = division(SHARDS, 2, 1, 0);
    List<SimulatedNode> second = division(SHARDS + 5, 2, 2, 10_000);
    network.runUntil(6_000);
    for (int step = 0; step < 250; step++) {
      request();
      network.runUntil(network.nowMs() + 20 + random.nextInt(120));
    }
    network.runUntil(Math.max(network.nowMs(), 20_000));
    for (SimulatedNode node : first) {
      Division serving = node.members().serving();
      assertThat(serving == null ? 0 : serving.generation()).as(seed).isEqualTo(2);
      node.leave();
    }
    for (SimulatedNode node : first) {
      request();
      network.runUntil(network.nowMs() + 50);
      node.die();
      nodes.remove(node);
      request();
    }
    for (int step = 0; step < 100; step++) {
      fault(second);
      request();
      network.runUntil(network.nowMs() + 20 + random.nextInt(100));
    }
    settle();
  }

  private void begin(long number) {
    seed = "seed " + number;
    random = new Random(number);
    network = new SimulatedNetwork(random);
  }

  /** Builds the nodes of a division; each has loaded its part some time after it is started. */
  private List<SimulatedNode> division(int shards, int replicas, int generation, long loadMs) {
    List<SimulatedNode> made = new ArrayList<>();
    List<ShardNode> all = new ArrayList<>();
    ShardNode whole = state(new Slice(1, 0));
    for (int i = 0; i < shards * replicas; i++) {
      all.add(state(new Slice(shards, i % shards)));
    }
    Shop shop = new Shop(7, ITEMS);
    List<ShardNode> everybody = new ArrayList<>(all);
    everybody.add(whole);
    shop.openTo(everybody);
    shop.click(whole, all, 40);
    for (int i = 0; i < all.size(); i++) {
      String name = "node-" + generation + "-" + i;
      SimulatedNode node = new SimulatedNode(name, generation, all.get(i), network);
      network.join(node);
      nodes.add(node);
      made.add(node);
      network.after(random.nextInt(500), node::beat);
      network.after(loadMs == 0 ? 0 : random.nextInt((int) loadMs), node::ready);
    }
    Recommender one = whole.recommender(Pools.OWN);
    for (int user = 0; user < USERS; user++) {
      Recommendations answer =
          one.forUser(whole.domain(), "user-" + user, QUERY, Runnable::run).join();
      if (answer.fallback() == null) { // what is taken equally often stands in any order
        expected.put("user-" + user, items(answer));
      }
    }
    DirectShards direct = new DirectShards(all.subList(0, shards));
    made.forEach(node -> node.encode(direct, QUERY));
    return made;
  }

  private ShardNode state(Slice slice) {
    ShardNode state = new ShardNode(slice, true, clock);
    states.add(state);
    return state;
  }

  private static List<String> items(Recommendations answer) {
    return answer.items().stream().map(Recommendations.Item::item).toList();
  }

  /** Something happens to a node, but never to the last one of its shard that is well. */
  private void fault(List<SimulatedNode> division) {
    SimulatedNode node = division.get(random.nextInt(division.size()));
    long well =
        division.stream()
            .filter(each -> each.state().slice().equals(node.state().slice()))
            .filter(SimulatedNode::isWell)
            .count();
    boolean spare = well > 1 && node.isWell();
    switch (random.nextInt(4)) {
      case 0 -> {
        if (spare) {
          node.die();
          network.after(2_000 + random.nextInt(6_000), () -> node.restart(random.nextInt(2_000)));
        }
      }
      case 1 -> {
        if (spare) {
          node.hang(200 + random.nextInt(5_000));
        }
      }
      default -> {
        // Nothing happens most of the time.
      }
    }
  }

  /** A client asks a node that takes connections. */
  private void request() {
    List<String> users = new ArrayList<>(new TreeSet<>(expected.keySet()));
    String user = users.get(random.nextInt(users.size()));
    List<SimulatedNode> entries = nodes.stream().filter(SimulatedNode::isWell).toList();
    SimulatedNode entry = entries.get(random.nextInt(entries.size()));
    long startMs = network.nowMs();
    asked++;
    var unused =
        entry
            .request(user, QUERY)
            .whenComplete(
                (answer, failure) -> {
                  if (entry.isDead() || entry.isHung()) {
                    answered++; // its connection ended with it: the client asks another
                    return;
                  }
                  answered++;
                  long tookMs = network.nowMs() - startMs;
                  if (failure != null || !isWhole(user, answer) || tookMs > ANSWER_MS_MAX) {
                    wrong.add(
                        "%s of %s by %s at %d ms after %d, missing %s, fallback %s, %s"
                            .formatted(
                                failure == null ? items(answer) : failure,
                                user,
                                entry.name(),
                                startMs,
                                tookMs,
                                answer == null ? "" : answer.missingShards(),
                                answer == null ? "" : answer.fallback(),
                                expected.get(user)));
                  }
                });
  }

  private boolean isWhole(String user, Recommendations answer) {
    return answer.missingShards() == null && items(answer).equals(expected.get(user));
  }

  private void settle() {
    network.runUntil(network.nowMs() + 10_000);
    assertThat(wrong).as(seed).isEmpty();
    assertThat(asked).as(seed).isEqualTo(answered).isGreaterThan(300);
  }
}
