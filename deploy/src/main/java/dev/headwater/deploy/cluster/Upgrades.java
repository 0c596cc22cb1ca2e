package dev.headwater.deploy.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What an operator does on purpose, under load: drain, upgrade part by part, go back. */
final class Upgrades {
  /** The name that makes a cluster begin with the older release of FineTuneJob's state. */
  static final String STATE = "state-upgrade-and-rollback";

  static final int OLD_FORMAT = 1;
  private static final int NEW_FORMAT = 2;
  private static final long DRAIN_S = 60;
  private static final Duration SOME_LEARNING = Duration.ofSeconds(5);
  private static final Duration REFUSAL = Duration.ofSeconds(90);

  private Upgrades() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "graceful-drain",
            "SIGTERM to ingest, store and both serving nodes, one after the other: exit code 0, and"
                + " each comes back",
            Upgrades::drainAll),
        new Fault(
            "rolling-upgrade",
            "every process is replaced one by one: brokers, ingest, store, serving by SIGTERM; both"
                + " jobs by savepoint",
            Upgrades::rollAll));
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

  private static void drainAll(Stage stage) throws Exception {
    for (String name : List.of("ingest", "store", "serving-1", "serving-2")) {
      stage.drain(name, DRAIN_S);
      stage.bringBack(name);
    }
  }

  private static void rollAll(Stage stage) throws Exception {
    for (int i = 1; i <= 3; i++) {
      stage.cluster().process("broker-" + i).terminate(DRAIN_S);
      stage.bringBack("broker-" + i);
    }
    drainAll(stage);
    FlinkJobs jobs = stage.cluster().jobs();
    for (String job : List.of(FlinkJobs.COLD_START, FlinkJobs.FINE_TUNE)) {
      jobs.submit(job, jobs.stopWithSavepoint(job));
      stage.cluster().awaitJobs();
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
            REFUSAL, () -> jobs.failure(FlinkJobs.FINE_TUNE).contains("this release reads 1 to 1"));
    if (!refused) {
      stage.remark("the older release did not refuse the newer one's state");
    }
    jobs.cancel(FlinkJobs.FINE_TUNE);
    Await.until("the job to end", REFUSAL, () -> jobs.hasEnded(FlinkJobs.FINE_TUNE));
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
