package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.serving.ServingService;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.utils.Utils;

/**
 * How long a node takes from a store's snapshot to its first answer over HTTP, to being ready and
 * to its index; and how long two nodes take until both show a rollback of some hundred rows.
 */
final class SnapshotStart {
  private static final int BATCH = 1_000;
  private static final int ROLLED_BACK_ROWS = 900;
  private static final int ROLLBACKS = 10;
  private static final int INDEXED = 20_000;
  private static final String SCORE = "\"score\":";
  private static final float SAME = 0.9999f;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(2);

  private final ServeBenchConfig config;
  private final KafkaSettings kafka;
  private final String model;
  private final BenchData data;
  private final ObjectNode result = JsonNodeFactory.instance.objectNode();

  SnapshotStart(ServeBenchConfig config, KafkaSettings kafka) throws IOException {
    this.config = config;
    this.kafka = kafka;
    this.model = String.valueOf(config.bundle().getFileName());
    this.data = new BenchData(config.bundle(), config.items());
  }

  ObjectNode run() throws IOException, InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(ServeBench.PARTITIONS);
    }
    Path scratch = Files.createTempDirectory("headwater-start");
    try (BenchTopics topics = new BenchTopics(kafka, model)) {
      topics.announce();
      topics.flush();
      Path snapshot = snapshot(scratch);
      PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      long start = System.nanoTime();
      try (ServingService node = node(snapshot, registry)) {
        try (RawClient client = new RawClient(node.port())) {
          await(() -> Answers.isExact(client));
          result.put("start_to_answer_s", seconds(start));
          await(() -> node.readiness().ready());
          result.put("start_to_ready_s", seconds(start));
          await(() -> config.items() < INDEXED || rebuilds(registry) > 0);
          result.put("start_to_index_s", seconds(start));
        }
        rollbacks(topics, node, snapshot);
      }
    } finally {
      Utils.delete(scratch.toFile());
    }
    return result;
  }

  private ServingService node(Path snapshot, PrometheusMeterRegistry registry) {
    Path bundles = config.bundle().toAbsolutePath().getParent();
    ServingConfig serving =
        ServingConfig.defaults(bundles == null ? Path.of(".") : bundles)
            .at("127.0.0.1", 0)
            .placed(config.placement())
            .keepingRowsIn(config.rowPrecision())
            .serving(Set.of(ServeBenchConfig.DOMAIN))
            .from(snapshot);
    return ServingService.start(serving, kafka, registry);
  }

  private Path snapshot(Path scratch) {
    TableId table = new TableId(ServeBenchConfig.DOMAIN, model);
    Path kept = scratch.resolve("snapshots");
    try (RocksEmbeddingStore store =
        new RocksEmbeddingStore(scratch.resolve("store"), RocksConfig.defaults())) {
      for (int from = 0; from < config.items(); from += BATCH) {
        WriteSet set = new WriteSet();
        for (int i = from; i < Math.min(config.items(), from + BATCH); i++) {
          put(set, table, i);
        }
        store.write(set);
      }
      return kept.resolve(
          new Snapshots(kept, 1, Clock.systemUTC()).take(store, store::checkpoint).id());
    }
  }

  private void put(WriteSet set, TableId table, int item) {
    long now = System.currentTimeMillis();
    EmbeddingRow lineage =
        EmbeddingRow.newBuilder()
            .setIncarnation(1)
            .setOrigin(EmbeddingRow.Origin.COLD_START)
            .setCausedMs(now)
            .setComputedMs(now)
            .setPublishedMs(now)
            .build();
    StoredRow row =
        new StoredRow(
            lineage.getOrigin(), 1, RowStamp.of(lineage.getVersion()), data.vector(item, 0));
    set.put(table, BenchData.item(item), row, lineage.toByteArray());
  }

  private static double rebuilds(PrometheusMeterRegistry registry) {
    return registry.get("headwater.serving.index.rebuilds").counter().count();
  }

  private void rollbacks(BenchTopics topics, ServingService first, Path snapshot)
      throws IOException, InterruptedException {
    if (config.users() == 0) {
      return; // a second node of a million items needs a second heap's worth of memory
    }
    Histogram micros = new Histogram(3);
    try (ServingService second =
            node(snapshot, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        RawClient one = new RawClient(first.port());
        RawClient two = new RawClient(second.port())) {
      await(() -> second.readiness().ready());
      for (int round = 0; round < ROLLBACKS; round++) {
        micros.recordValue(rollback(topics, List.of(one, two), round));
      }
    }
    result.set("rollback_two_nodes_ms", JsonReport.latencyMs(micros));
    result.put("rollback_rows", ROLLED_BACK_ROWS);
  }

  /** Item 0 is what every moved item becomes, until they are rolled back. */
  private long rollback(BenchTopics topics, List<RawClient> nodes, int round)
      throws IOException, InterruptedException {
    RowVersion moved = BenchTopics.version(round, 2L * round + 1);
    float[] target = data.vector(0, 0);
    int rows = Math.min(config.items() - 1, ROLLED_BACK_ROWS);
    for (int i = 1; i <= rows; i++) {
      topics.tuned(BenchData.item(i), 1, moved, target);
    }
    topics.flush();
    await(() -> shown(nodes) == rows * nodes.size());
    long start = System.nanoTime();
    RowVersion back = BenchTopics.version(round + 1L, 2L * round + 2);
    for (int i = 1; i <= rows; i++) {
      topics.rolledBack(BenchData.item(i), 1, back);
    }
    topics.announceRollback(round + 1L, round + 1L);
    await(() -> shown(nodes) == 0 && announced(nodes, round + 1L));
    return (System.nanoTime() - start) / 1_000;
  }

  /** Counts the items that point exactly where item 0 does, on all nodes together. */
  private static int shown(List<RawClient> nodes) throws IOException {
    int shown = 0;
    String path = "/v1/domains/bench/items/" + BenchData.item(0) + "/similar?exact=true&count=1000";
    for (RawClient node : nodes) {
      String body = node.get(path).body();
      for (int at = body.indexOf(SCORE); at >= 0; at = body.indexOf(SCORE, at + 1)) {
        int from = at + SCORE.length();
        shown += Float.parseFloat(body.substring(from, body.indexOf(',', from))) > SAME ? 1 : 0;
      }
    }
    return shown;
  }

  private static boolean announced(List<RawClient> nodes, long version) throws IOException {
    for (RawClient node : nodes) {
      String body = node.get("/v1/domains/bench/versions").body();
      if (!body.contains("\"announced_version\":" + version + ",")) {
        return false;
      }
    }
    return true;
  }

  private static double seconds(long startNs) {
    return (System.nanoTime() - startNs) / 1e9;
  }

  private static void await(Await.Condition condition) throws InterruptedException {
    Await.until("the nodes", PATIENCE, LOOK_EVERY, condition);
  }
}
