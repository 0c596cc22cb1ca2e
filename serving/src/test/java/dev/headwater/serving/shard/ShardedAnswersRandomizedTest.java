package dev.headwater.serving.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.serving.recommend.Cursor;
import dev.headwater.serving.recommend.ItemFilter;
import dev.headwater.serving.recommend.Mix;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Recommender;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The answers of shards are those of one node that holds all items: random shops, random questions,
 * every index exact. Scores may differ in the last places, where sums were made in another order.
 */
class ShardedAnswersRandomizedTest {
  private static final int ITEMS = 500;
  private static final int QUESTIONS = 60;

  private final List<ShardNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(ShardNode::close);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "1, 3", "2, 3", "3, 5", "4, 3", "5, 8"})
  void ofAllExpertsAreThoseOfOneNode(long seed, int shards) {
    sameAnswers(seed, shards, true);
  }

  @ParameterizedTest
  @CsvSource({"11, 1", "12, 2", "13, 3", "14, 6"})
  void ofRowsAloneAreThoseOfOneNode(long seed, int shards) {
    sameAnswers(seed, shards, false);
  }

  @Test
  void whatADeadShardHeldIsMissingAndTheAnswerSaysSo() {
    Shop shop = new Shop(6, ITEMS);
    List<ShardNode> parts = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      parts.add(node(new ShardNode(Shop.slice(3, shard), true, new ShardNode.Ticking())));
    }
    shop.openTo(parts);
    DirectShards direct = new DirectShards(parts);
    direct.kill(2);
    ShardNode any = parts.get(0);
    Query query = new Query(10, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
    for (int i = 0; i < 20; i++) {
      Recommendations answer =
          any.recommender(new ShardedPools(any.slice(), direct, () -> 0))
              .forHistory(any.domain(), shop.history(20), query, Runnable::run)
              .join();
      assertThat(answer.missingShards()).isEqualTo(1);
      assertThat(answer.items())
          .hasSize(10)
          .noneMatch(item -> Shop.slice(3, 0).of("d", item.item()) == 2);
    }
  }

  @Test
  void listsOfAShardThatWasSilentAtFirstAreAskedForAgain() {
    Shop shop = new Shop(8, ITEMS);
    ShardNode.Ticking clock = new ShardNode.Ticking();
    List<ShardNode> parts = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      parts.add(node(new ShardNode(Shop.slice(3, shard), true, clock)));
    }
    shop.openTo(parts);
    shop.click(node(new ShardNode(Shop.slice(1, 0), true, clock)), parts, 40);
    DirectShards direct = new DirectShards(parts);
    Query query = new Query(10, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
    int compared = 0;
    for (int number = 0; number < 20; number++) {
      String user = "user-" + number;
      ShardNode home = parts.get(Shop.slice(3, 0).of("d", user));
      Recommender recommender = home.recommender(new ShardedPools(home.slice(), direct, () -> 0));
      Recommendations expected =
          recommender.forUser(home.domain(), user, query, Runnable::run).join();
      for (int shard = 0; expected.fallback() == null && shard < 3; shard++) {
        compared++;
        direct.silentOnce(shard); // vectors are kept: lists are what is asked for
        same(
            user + " while shard " + shard + " is silent",
            expected,
            recommender.forUser(home.domain(), user, query, Runnable::run).join());
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private void sameAnswers(long seed, int shards, boolean ranked) {
    Shop shop = new Shop(seed, ITEMS);
    ShardNode.Ticking clock = new ShardNode.Ticking();
    ShardNode whole = node(new ShardNode(Shop.slice(1, 0), ranked, clock));
    List<ShardNode> parts = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      parts.add(node(new ShardNode(Shop.slice(shards, shard), ranked, clock)));
    }
    List<ShardNode> all = new ArrayList<>(parts);
    all.add(whole);
    shop.openTo(all);
    shop.click(whole, parts, 40);
    Recommender one = whole.recommender(Pools.OWN);
    AtomicLong nanos = new AtomicLong();
    DirectShards direct = new DirectShards(parts);
    Random random = new Random(seed);
    for (int i = 0; i < QUESTIONS; i++) {
      nanos.addAndGet(1_000_000_000L);
      Query query = query(random, shop);
      String why = "seed %d, question %d: %s".formatted(seed, i, query);
      ShardNode any = parts.get(random.nextInt(shards));
      Recommender many = any.recommender(new ShardedPools(any.slice(), direct, nanos::get));
      List<String> history = shop.history(20);
      if (random.nextInt(4) == 0) {
        history.add("nobody-knows-" + i);
      }
      same(
          why,
          one.forHistory(whole.domain(), history, query, Runnable::run).join(),
          many.forHistory(any.domain(), history, query, Runnable::run).join());
      String item = shop.anyItem();
      var similar = one.similar(whole.domain(), item, query, Runnable::run).join();
      var gathered = many.similar(any.domain(), item, query, Runnable::run).join();
      assertThat(gathered.isPresent()).as(why).isEqualTo(similar.isPresent());
      if (similar.isPresent()) {
        same(why, similar.get(), gathered.orElseThrow());
      }
      String user = "user-" + random.nextInt(22);
      ShardNode home = parts.get(Shop.slice(shards, 0).of("d", user));
      Recommender ofHome = home.recommender(new ShardedPools(home.slice(), direct, nanos::get));
      same(
          why,
          one.forUser(whole.domain(), user, query, Runnable::run).join(),
          ofHome.forUser(home.domain(), user, query, Runnable::run).join());
    }
  }

  private ShardNode node(ShardNode node) {
    nodes.add(node);
    return node;
  }

  private static Query query(Random random, Shop shop) {
    int kind = random.nextInt(8);
    ItemFilter filter =
        kind == 1
            ? new ItemFilter(Set.of("c1", "c2"), Set.of(), Map.of())
            : kind == 2
                ? new ItemFilter(Set.of(), Set.of("b1"), Map.of("size", "s0"))
                : ItemFilter.ALL;
    Mix mix =
        switch (kind) {
          case 3 -> new Mix(1 + random.nextInt(3), 0, 0, 9L);
          case 4 -> new Mix(0, 0.5f, 0, 9L);
          case 5 -> new Mix(0, 0, 0.4f, random.nextLong());
          case 6 -> new Mix(2, 0.3f, 0.3f, 7L);
          default -> new Mix(0, 0, 0, 9L);
        };
    return new Query(
        1 + random.nextInt(kind == 0 ? 60 : 15),
        random.nextInt(3) == 0,
        random.nextBoolean() ? List.of() : List.of(shop.anyItem(), shop.anyItem()),
        filter,
        random.nextInt(10) == 0,
        random.nextBoolean(),
        mix,
        kind == 7 ? Cursor.first(5) : null);
  }

  private static void same(String why, Recommendations expected, Recommendations gathered) {
    if ("popularity".equals(expected.fallback())) {
      samePopularity(why, expected, gathered);
      return;
    }
    assertThat(gathered.items())
        .as(why)
        .extracting(Recommendations.Item::item)
        .isEqualTo(expected.items().stream().map(Recommendations.Item::item).toList());
    for (int i = 0; i < expected.items().size(); i++) {
      same(why, expected.items().get(i), gathered.items().get(i));
    }
    assertThat(gathered.fallback()).as(why).isEqualTo(expected.fallback());
    assertThat(gathered.unknownItems()).as(why).isEqualTo(expected.unknownItems());
    assertThat(gathered.basedOn()).as(why).isEqualTo(expected.basedOn());
    assertThat(gathered.cursor()).as(why).isEqualTo(expected.cursor());
    assertThat(gathered.versions().table()).as(why).isEqualTo(expected.versions().table());
  }

  /** Those taken equally often stand in any order. */
  private static void samePopularity(
      String why, Recommendations expected, Recommendations gathered) {
    assertThat(gathered.fallback()).as(why).isEqualTo("popularity");
    if (!why.contains("categoryCap=0")) {
      return; // which of them the cap lets in follows from their order
    }
    assertThat(gathered.items())
        .as(why)
        .extracting(Recommendations.Item::score)
        .isEqualTo(expected.items().stream().map(Recommendations.Item::score).toList());
    int last = expected.items().size() - 1;
    for (Recommendations.Item item : expected.items()) {
      if (item.score() > expected.items().get(last).score()) {
        assertThat(gathered.items())
            .as(why)
            .extracting(Recommendations.Item::item)
            .contains(item.item());
      }
    }
  }

  private static void same(String why, Recommendations.Item expected, Recommendations.Item item) {
    assertThat(item.score()).as(why).isCloseTo(expected.score(), within(1e-4f));
    assertThat(item.origin()).as(why).isEqualTo(expected.origin());
    assertThat(item.propensity()).as(why).isEqualTo(expected.propensity());
    assertThat(names(item.because())).as(why).isEqualTo(names(expected.because()));
    assertThat(item.matches()).as(why).isEqualTo(expected.matches());
    assertThat(item.experts() == null).as(why).isEqualTo(expected.experts() == null);
    if (item.experts() != null && expected.experts() != null) {
      for (int i = 0; i < expected.experts().size(); i++) {
        Recommendations.Contribution one = expected.experts().get(i);
        Recommendations.Contribution other = item.experts().get(i);
        assertThat(other.expert()).as(why).isEqualTo(one.expert());
        assertThat(other.score()).as(why).isCloseTo(one.score(), within(1e-4f));
        assertThat(names(other.items())).as(why).isEqualTo(names(one.items()));
      }
    }
  }

  private static List<String> names(
      @org.jspecify.annotations.Nullable List<Recommendations.Reason> reasons) {
    return reasons == null
        ? List.of("none asked")
        : reasons.stream().map(Recommendations.Reason::item).toList();
  }
}
