package dev.headwater.chaos;

import dev.headwater.platform.report.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an operator does on purpose, under load: drain, upgrade part by part, go back. */
final class Upgrades {
  /** The name that makes a cluster begin with the older release of FineTuneJob's state. */
  static final String STATE = "state-upgrade-and-rollback";

  static final int OLD_FORMAT = 9;
  private static final int NEW_FORMAT = 10;
  private static final long DRAIN_S = 60;
  private static final List<String> SERVING = List.of("serving-1", "serving-2");
  private static final List<String> JOBS = List.of(FlinkJobs.COLD_START, FlinkJobs.FINE_TUNE);
  private static final List<String> FLINK =
      List.of("job-manager", "task-manager-1", "task-manager-2");
  private static final Duration SOME_LEARNING = Duration.ofSeconds(5);
  private static final Duration REFUSAL = Duration.ofSeconds(90);

  private Upgrades() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "serving-drained",
            "SIGTERM to both serving nodes, one after the other, behind a balancer that looks at"
                + " /ready: no request of its clients fails, exit code 0",
            stage -> behindABalancer(stage, () -> drain(stage, SERVING))),
        new Fault(
            "graceful-drain",
            "SIGTERM to ingest and store, and both jobs by savepoint: exit code 0, and each goes on"
                + " where it stopped",
            Upgrades::drainWriters),
        new Fault(
            "rolling-restart",
            "every process is replaced one by one, as for a new release: brokers, serving, store,"
                + " ingest by SIGTERM, then both jobs by savepoint with JobManager and"
                + " TaskManagers; no request behind a balancer fails",
            stage -> behindABalancer(stage, () -> forth(stage))),
        new Fault(
            "rolling-back",
            "the same in reverse, as back to the former release: jobs, ingest, store, serving",
            stage -> behindABalancer(stage, () -> back(stage))));
  }

  /** The one that begins with an older release and ends with this one: to be tried first. */
  static Fault state() {
    return new Fault(
        STATE,
        "TaskManagers of a release with another format of FineTuneJob's state, one by one, from a"
            + " savepoint of the older one; then back: the older release refuses the newer"
            + " savepoint and goes on from its own; then forward again",
        Upgrades::stateForthAndBack);
  }

  /** Something done to the cluster. */
  private interface Deed {
    void run() throws Exception;
  }

  private static void behindABalancer(Stage stage, Deed deed) throws Exception {
    try (Shop shop = stage.openShop()) {
      for (String node : SERVING) {
        Await.until("the balancer to use " + node, Patience.of(REFUSAL), () -> shop.uses(node));
      }
      deed.run();
      for (String node : SERVING) {
        Await.until("the balancer to use " + node, Patience.of(REFUSAL), () -> shop.uses(node));
      }
      shop.errors().forEach(stage::remark);
      if (shop.answered() == 0) {
        stage.remark("nothing was answered behind the balancer");
      }
    }
  }

  private static void drain(Stage stage, List<String> names) throws Exception {
    for (String name : names) {
      stage.drain(name, DRAIN_S);
      stage.bringBack(name);
    }
  }

  private static void drainWriters(Stage stage) throws Exception {
    drain(stage, List.of("ingest", "store"));
    FlinkJobs jobs = stage.cluster().jobs();
    for (String job : JOBS) {
      jobs.submit(job, jobs.stopWithSavepoint(job));
      stage.cluster().awaitJobs();
    }
    requireRestored(stage);
  }

  /** In the order of docs/upgrade.md: readers first, writers last. */
  private static void forth(Stage stage) throws Exception {
    for (int i = 1; i <= 3; i++) {
      stage.cluster().process("broker-" + i).terminate(DRAIN_S);
      stage.bringBack("broker-" + i);
    }
    drain(stage, List.of("serving-1", "serving-2", "store", "ingest"));
    replaceFlink(stage);
  }

  private static void back(Stage stage) throws Exception {
    replaceFlink(stage);
    drain(stage, List.of("ingest", "store", "serving-2", "serving-1"));
  }

  /** The JobManager knows of no job meanwhile, so that nothing runs twice. */
  private static void replaceFlink(Stage stage) throws Exception {
    FlinkJobs jobs = stage.cluster().jobs();
    Map<String, Path> savepoints = new LinkedHashMap<>();
    for (String job : JOBS) {
      savepoints.put(job, jobs.stopWithSavepoint(job));
    }
    for (String name : FLINK) {
      stage.cluster().process(name).terminate(DRAIN_S);
    }
    for (String name : FLINK) {
      stage.cluster().process(name).start();
      stage.cluster().awaitReady(name);
    }
    for (String job : JOBS) {
      jobs.submit(job, savepoints.get(job));
    }
    stage.cluster().awaitJobs();
    requireRestored(stage);
  }

  private static void requireRestored(Stage stage) throws Exception {
    for (String job : JOBS) {
      if (!stage.cluster().jobs().wasRestored(job)) {
        stage.remark(job + " began without its savepoint");
      }
    }
  }

  private static void stateForthAndBack(Stage stage) throws Exception {
    FlinkJobs jobs = stage.cluster().jobs();
    Path old = jobs.stopWithSavepoint(FlinkJobs.FINE_TUNE);
    replaceTaskManagers(stage, NEW_FORMAT);
    jobs.submit(FlinkJobs.FINE_TUNE, old);
    stage.cluster().awaitJobs();
    Await.pass(SOME_LEARNING);
    Path newer = jobs.stopWithSavepoint(FlinkJobs.FINE_TUNE);

    replaceTaskManagers(stage, OLD_FORMAT);
    jobs.submit(FlinkJobs.FINE_TUNE, newer);
    boolean refused =
        Await.within(
            Patience.of(REFUSAL),
            () ->
                jobs.failure(FlinkJobs.FINE_TUNE)
                    .contains("this release reads 1 to " + OLD_FORMAT));
    if (!refused) {
      stage.remark("the older release did not refuse the newer one's state");
    }
    jobs.cancel(FlinkJobs.FINE_TUNE);
    Await.until("the job to end", Patience.of(REFUSAL), () -> jobs.hasEnded(FlinkJobs.FINE_TUNE));
    jobs.submit(FlinkJobs.FINE_TUNE, old);
    stage.cluster().awaitJobs();
    Await.pass(SOME_LEARNING);

    Path again = jobs.stopWithSavepoint(FlinkJobs.FINE_TUNE);
    replaceTaskManagers(stage, NEW_FORMAT);
    jobs.submit(FlinkJobs.FINE_TUNE, again);
    stage.cluster().awaitJobs();
  }

  private static void replaceTaskManagers(Stage stage, int format) throws Exception {
    stage.cluster().stateFormat(format);
    for (int i = 1; i <= 2; i++) {
      String name = "task-manager-" + i;
      stage.cluster().process(name).terminate(DRAIN_S);
      stage.cluster().process(name).start();
      stage.cluster().awaitReady(name);
    }
  }
}
