package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * A catalog that is divided over nodes, each a process. Once they are warm their answers are
 * compared with those of one node that holds everything; then each is killed in turn while
 * customers ask and users go on to take items.
 */
public final class ShardsBench {
  /** A click that takes longer than this to be in all answers makes serving stale. */
  private static final long FRESH_MS = 1_000;

  private static final Duration BEFORE = Duration.ofSeconds(20);
  private static final Duration CALM = Duration.ofSeconds(5);
  private static final int COMPARED = 200;

  private final Config config;
  private final Consumer<String> out;
  private final ObjectNode result = JsonReport.object();

  /**
   * What to do.
   *
   * @param shards of the catalog
   * @param replicas of each
   * @param items in all
   * @param users that customers are
   * @param rps requests a second, over all nodes
   * @param warm for how long customers ask before anything is measured: fresh nodes compile
   * @param away for how long a killed node stays away
   * @param firstCompiler whether nodes compile with the first compiler alone, which tells what dies
   *     and comes back on a few cores, and not what an answer costs
   * @param bundle that vectors are made from
   */
  public record Config(
      int shards,
      int replicas,
      int items,
      int users,
      int rps,
      Duration warm,
      Duration away,
      boolean firstCompiler,
      Path bundle) {}

  private ShardsBench(Config config, Consumer<String> out) {
    this.config = config;
    this.out = out;
  }

  /**
   * Measures.
   *
   * @return the keys of {@code bench shards}
   */
  public static ObjectNode run(Config config, BenchStage stage, Consumer<String> out)
      throws IOException, InterruptedException {
    return new ShardsBench(config, out).run(stage);
  }

  private ObjectNode run(BenchStage stage) throws IOException, InterruptedException {
    String model = stage.model(BenchStage.DOMAIN, config.bundle(), System.err).bundleId();
    BenchData data = new BenchData(config.bundle(), config.items());
    try (BenchTopics topics = new BenchTopics(stage.config().kafka(), model);
        DividedNodes nodes =
            new DividedNodes(
                stage.directory().resolve("nodes"),
                stage.config().kafka(),
                stage.config().bundleDirectory(),
                config.shards(),
                config.replicas(),
                config.firstCompiler())) {
      topics.table(data, config.items());
      for (int u = 0; u < config.users(); u++) {
        topics.history(BenchData.user(u), data.history(u), "e" + u);
      }
      topics.announce();
      topics.flush();
      nodes.start();
      out.accept(nodes.all().size() + " nodes are ready");
      warmUp(nodes);
      compare(nodes);
      killEach(nodes, topics);
    }
    return result;
  }

  private void warmUp(DividedNodes nodes) throws IOException, InterruptedException {
    nodes.whole().start();
    nodes.whole().awaitReady();
    try (Customers customers = new Customers(nodes, config.users(), config.rps())) {
      Await.pass(config.warm());
      ObjectNode warm = result.putObject("warm_up");
      report(warm, customers, List.of(), System.currentTimeMillis());
      customers.failures().forEach(warm.putArray("failures")::add);
      out.accept(warm.toString());
    }
  }

  private void killEach(DividedNodes nodes, BenchTopics topics)
      throws IOException, InterruptedException {
    try (Customers customers = new Customers(nodes, config.users(), config.rps());
        ShardProbes probes = new ShardProbes(nodes, topics)) {
      long answers = customers.answered();
      Duration cpu = nodes.cpu();
      Await.pass(BEFORE);
      double took = nodes.cpu().minus(cpu).toNanos() / 1e6;
      result.put("cpu_ms_per_answer", took / Math.max(1, customers.answered() - answers));
      ObjectNode before = result.putObject("before");
      report(before, customers, probes.take(), System.currentTimeMillis());
      out.accept(before.toString());
      ArrayNode killed = result.putArray("killed");
      for (DividedNodes.Node node : nodes.all()) {
        long startMs = System.currentTimeMillis();
        node.kill();
        Await.pass(config.away());
        node.start();
        node.awaitReady();
        Await.pass(CALM);
        ObjectNode told = killed.addObject().put("node", node.name()).put("shard", node.shard());
        report(told, customers, probes.take(), startMs);
        out.accept(told.toString());
      }
      result.put("answered", customers.answered());
      result.put("failed", customers.failed());
      customers.failures().forEach(result.putArray("failures")::add);
    }
  }

  /** Says what happened since it was last asked. */
  private static void report(
      ObjectNode into, Customers customers, List<ShardProbes.Seen> seen, long startMs) {
    Histogram micros = customers.takeMicros();
    long stale = seen.stream().mapToLong(ShardProbes.Seen::staleMs).max().orElse(0);
    long lastStale =
        seen.stream()
            .filter(each -> each.staleMs() > FRESH_MS)
            .mapToLong(ShardProbes.Seen::knownMs)
            .max()
            .orElse(startMs);
    into.put("requests", micros.getTotalCount())
        .put("p50_ms", micros.getValueAtPercentile(50) / 1e3)
        .put("p99_ms", micros.getValueAtPercentile(99) / 1e3)
        .put("probes", seen.size())
        .put("stale_max_s", stale / 1e3)
        .put("fresh_again_s", Math.max(0, lastStale - startMs) / 1e3)
        .put("failed_so_far", customers.failed());
  }

  /**
   * Asks each node, and one that holds everything, which goes then, for the same users: as it is
   * served, and with every row looked at, where no index may miss any.
   */
  private void compare(DividedNodes nodes) throws IOException, InterruptedException {
    int users = Math.min(COMPARED, config.users());
    result.put("compared", (long) users * nodes.all().size());
    compare(nodes, users, "", "same");
    compare(nodes, users, "&exact=true", "same_exact");
    nodes.whole().kill();
  }

  private void compare(DividedNodes nodes, int users, String how, String name) throws IOException {
    long same = 0;
    long found = 0;
    for (int u = 0; u < users; u++) {
      List<String> expected = items(nodes.whole(), u, how);
      for (DividedNodes.Node node : nodes.all()) {
        List<String> got = items(node, u, how);
        Set<String> both = new HashSet<>(expected);
        both.retainAll(got);
        same += got.equals(expected) ? 1 : 0;
        found += both.size();
      }
    }
    double asked = users * (double) nodes.all().size();
    result.put(name + "_answers_ratio", same / asked);
    result.put(name + "_items_ratio", found / (10 * asked));
    out.accept("%d of %.0f answers are those of one node %s".formatted(same, asked, how));
  }

  private static List<String> items(DividedNodes.Node node, int user, String how)
      throws IOException {
    try (RawClient client = new RawClient(node.port())) {
      return Answers.items(client.get(Customers.path(BenchData.user(user)) + how).body());
    }
  }
}
