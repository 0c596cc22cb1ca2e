package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.broker.FreePorts;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.replay.Replay;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.Await;
import dev.headwater.store.StoreService;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both jobs on a standalone Flink, whose JobManager and TaskManager are processes of their own:
 * they run with what one file says, and go on from their newest checkpoint when Flink forgot them.
 * It mostly waits, so it stands in the module that nothing waits for.
 */
class JobsOnFlinkIT {
  private static final String DOMAIN = "shop";
  private static final Duration START = Duration.ofMinutes(4);

  @TempDir Path home;
  private EmbeddedBroker broker;
  private HeadwaterConfig config;
  private DomainData market;
  private Jvm jobManager;
  private Jvm taskManager;
  private FlinkJobs flink;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    Path file =
        Files.writeString(
            home.resolve("headwater.conf"),
            """
            domains = [%s]
            kafka { bootstrap = "%s", partitions = 2 }
            bundle-directory = "%s"
            state-directory = "%s"
            store.admin-port = 0
            flink.checkpoint-interval = "1 s"
            fine-tune { shards = 2, batch-size = 17, publish.interval = "321 ms" }
            cold-start { parallelism = 2, batch-wait = "7 ms", warm-rows = 3 }
            """
                .formatted(
                    DOMAIN, broker.bootstrap(), home.resolve("bundles"), home.resolve("state")));
    config = HeadwaterConfig.load(file, Map.of());
    market = GeneratedMarket.generate(5).get(0);
    announce();
    List<Integer> ports = FreePorts.take(2);
    FlinkNodes nodes = new FlinkNodes(home, ports.get(0), ports.get(1), 2);
    jobManager = new Jvm(nodes.jobManager());
    taskManager = new Jvm(nodes.taskManager(1));
    jobManager.start();
    taskManager.start();
    flink =
        new FlinkJobs(
            ports.get(1),
            home.resolve("state").resolve("checkpoints"),
            DOMAIN,
            List.of("--config", file.toString()));
    Await.until("a TaskManager", START, () -> flink.taskManagers() == 1);
  }

  /** The model of the domain, as `publish` announces it: nothing names it to the jobs. */
  private void announce() throws Exception {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(config.topicLayout());
    }
    try (TextEncoder text = BertTextEncoder.miniLm()) {
      new Pretrainer()
          .run(
              PretrainConfig.defaults(text).toBuilder()
                  .train(TrainConfig.pretraining(1).toBuilder().epochs(1, 1).build())
                  .build(),
              List.of(market),
              home.resolve("trained"),
              ProgressListener.silent());
    }
    String bundle = Bundles.publish(home.resolve("trained"), config.bundleDirectory()).bundleId();
    try (StoreService store =
        StoreService.start(
            config.kafka(),
            config.store(),
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            Tracing.OFF)) {
      store.engine().announceModel(DOMAIN, bundle, "test");
    }
  }

  @AfterEach
  void stop() {
    if (taskManager != null) {
      taskManager.close();
      jobManager.close();
    }
    broker.close();
  }

  @Test
  void theyRunWithWhatTheFileSaysAndGoOnWhereTheyWere() throws Exception {
    run(FlinkJobs.FINE_TUNE);
    assertThat(flink.parallelism(FlinkJobs.FINE_TUNE, "learn")).isEqualTo(2);
    assertThat(flink.checkpointIntervalMs(FlinkJobs.FINE_TUNE)).isEqualTo(1_000);
    assertThat(flink.configuration(FlinkJobs.FINE_TUNE))
        .containsEntry("fine-tune.shards", "2")
        .containsEntry("fine-tune.batch-size", "17")
        .containsEntry("fine-tune.publish.interval", "\"321 ms\"");
    assertThat(flink.wasRestored(FlinkJobs.FINE_TUNE)).isFalse();
    Await.until("a checkpoint", START, () -> flink.checkpoints(FlinkJobs.FINE_TUNE) > 0);

    jobManager.kill();
    jobManager.start();
    Await.until("a TaskManager", START, () -> flink.taskManagers() == 1);
    run(FlinkJobs.FINE_TUNE);
    assertThat(flink.wasRestored(FlinkJobs.FINE_TUNE)).isTrue();
    flink.cancel(FlinkJobs.FINE_TUNE);
    Await.until("the end", START, () -> flink.hasEnded(FlinkJobs.FINE_TUNE));

    run(FlinkJobs.COLD_START);
    assertThat(flink.parallelism(FlinkJobs.COLD_START, "")).isEqualTo(2);
    assertThat(flink.configuration(FlinkJobs.COLD_START))
        .containsEntry("cold-start.parallelism", "2")
        .containsEntry("cold-start.batch-wait", "\"7 ms\"")
        .containsEntry("cold-start.warm-rows", "3");
    everyItemGetsItsRow();
  }

  private void run(String job) throws Exception {
    flink.submit(job);
    Await.until(job, START, () -> flink.isRunning(job));
  }

  private void everyItemGetsItsRow() throws Exception {
    Set<String> rows = ConcurrentHashMap.newKeySet();
    DomainModel model = config.jobs().announced(List.of(DOMAIN)).get(0);
    DomainData few = new DomainData(DOMAIN, market.items().subList(0, 5), List.of(), true);
    try (TopicFollower follower =
        new TopicFollower(
            "rows",
            config.kafka(),
            List.of(config.kafka().topics().coldStartRows()),
            record -> rows.add(new String(record.key(), StandardCharsets.UTF_8)))) {
      follower.start();
      new Replay(config.kafka(), config.flink(), model).write(few);
      // Beside the rows there is the claim of the job's attempt.
      List<String> keys = few.items().stream().map(item -> model.rowKey(item.id())).toList();
      Await.until("five rows", START, () -> rows.containsAll(keys));
    }
  }
}
