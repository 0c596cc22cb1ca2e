package dev.headwater.chaos;

import dev.headwater.platform.report.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All faults, in the order in which they are tried. */
final class Faults {
  private static final Duration ODD_INPUT = Duration.ofSeconds(10);
  private static final Duration STANDSTILL = Duration.ofSeconds(15);
  private static final long TEN_MINUTES_MS = 600_000;
  private static final long HOUR_MS = 3_600_000;
  private static final int POISONED = 500;

  private Faults() {}

  /**
   * How much of it there is.
   *
   * @param twice how long clicks are sent twice
   * @param crowd users, and unknown items
   * @param rows that are rolled back at once
   */
  record Sizes(Duration twice, int crowd, int rows) {}

  /** Returns all. */
  static List<Fault> all(Sizes sizes) {
    List<Fault> all = new ArrayList<>();
    all.add(new Fault("none", "nothing: what the load alone does", stage -> Await.pass(ODD_INPUT)));
    all.add(Upgrades.state());
    // By job and not by number: one TaskManager may run both jobs, and the other none.
    all.add(
        killedUnder(
            "task-manager-1-killed",
            FlinkJobs.FINE_TUNE,
            "kill -9 of the TaskManager that runs FineTuneJob; it goes on from its newest"
                + " checkpoint"));
    all.add(
        killedUnder(
            "task-manager-2-killed",
            FlinkJobs.COLD_START,
            "kill -9 of the TaskManager that runs ColdStartJob; it goes on from its newest"
                + " checkpoint"));
    all.add(
        new Fault(
            "job-manager-killed",
            "kill -9 of the JobManager (no high availability); both jobs are submitted again from"
                + " their newest checkpoints while the TaskManagers still run the old attempt,"
                + " whose rows must not win",
            stage -> stage.killAndRestart("job-manager"),
            true));
    for (int i = 1; i <= 3; i++) {
      killed(all, "broker-" + i, "kill -9 of a broker and controller; two of three go on");
    }
    killed(all, "ingest", "kill -9 in the middle of a transaction");
    killed(all, "store", "kill -9 of the model store");
    killed(all, "serving-1", "kill -9 of a serving node; the other one answers");
    killed(all, "serving-2", "kill -9 of the other serving node");
    all.addAll(pauses());
    all.addAll(brokers());
    all.addAll(input(sizes.twice()));
    all.add(
        new Fault(
            "checkpoint-directory-unwritable",
            "no checkpoint of FineTuneJob can be written for a while; then one is",
            Faults::withoutCheckpoints));
    all.addAll(Upgrades.all());
    all.addAll(TrainerFaults.all());
    all.addAll(ItemFaults.all());
    all.addAll(StoreFaults.all());
    all.addAll(NodeFaults.all());
    all.addAll(InputFaults.all(sizes.crowd()));
    all.addAll(ManyRows.all(sizes.rows()));
    return List.copyOf(all);
  }

  private static void killed(List<Fault> all, String process, String meaning) {
    all.add(new Fault(process + "-killed", meaning, stage -> stage.killAndRestart(process)));
  }

  private static Fault killedUnder(String name, String job, String meaning) {
    return new Fault(
        name, meaning, stage -> stage.killAndRestart(stage.cluster().jobs().taskManagerOf(job)));
  }

  /** What stands still is declared dead, and comes back thinking that nothing has happened. */
  private static List<Fault> pauses() {
    return List.of(
        new Fault(
            "task-manager-paused",
            "the TaskManager of FineTuneJob stands still (SIGSTOP) until its job runs elsewhere,"
                + " then goes on: rows of the old attempt may come late and must not win",
            Faults::pauseTrainer,
            true),
        new Fault(
            "ingest-paused",
            "ingest stands still longer than its transactions and its membership live",
            stage -> pause(stage, "ingest")),
        new Fault(
            "broker-paused",
            "a broker stands still longer than its session lives",
            stage -> pause(stage, "broker-1")));
  }

  private static void pauseTrainer(Stage stage) throws Exception {
    String taskManager = stage.cluster().jobs().taskManagerOf(FlinkJobs.FINE_TUNE);
    stage.cluster().process(taskManager).pause();
    try {
      stage.awaitElsewhere(FlinkJobs.FINE_TUNE, taskManager);
    } finally {
      stage.cluster().process(taskManager).resume();
    }
    stage.cluster().awaitReady(taskManager);
    stage.cluster().awaitJobs();
  }

  private static void pause(Stage stage, String process) throws Exception {
    stage.cluster().process(process).pause();
    try {
      Await.pass(STANDSTILL);
    } finally {
      stage.cluster().process(process).resume();
    }
    stage.cluster().awaitReady(process);
    stage.cluster().awaitJobs();
  }

  private static List<Fault> brokers() {
    return List.of(
        new Fault(
            "brokers-killed-and-back",
            "kill -9 of all three brokers at once; clients wait",
            stage -> {
              killBrokers(stage);
              Await.pass(Fault.AWAY);
              startBrokers(stage);
            }),
        new Fault(
            "brokers-down-at-start",
            "both jobs and their TaskManagers start while no broker is there",
            stage -> {
              killBrokers(stage);
              for (int i = 1; i <= 2; i++) {
                stage.cluster().process("task-manager-" + i).kill();
                stage.cluster().process("task-manager-" + i).start();
              }
              Await.pass(Fault.AWAY.multipliedBy(3));
              startBrokers(stage);
              stage.cluster().awaitReady("task-manager-1");
              stage.cluster().awaitJobs();
            }));
  }

  private static void killBrokers(Stage stage) throws InterruptedException {
    for (int i = 1; i <= 3; i++) {
      stage.cluster().process("broker-" + i).kill();
    }
  }

  private static void startBrokers(Stage stage) throws Exception {
    for (int i = 1; i <= 3; i++) {
      stage.cluster().process("broker-" + i).start();
    }
    stage.cluster().awaitReady("broker-1");
  }

  private static List<Fault> input(Duration twice) {
    return List.of(
        styled(
            "events-twice",
            "each click is sent twice for " + twice.toSeconds() + " s",
            new Load.Style(2, 0, 0, false),
            twice),
        styled(
            "events-one-hour-late",
            "clicks happened an hour ago",
            new Load.Style(1, -HOUR_MS, 0, false),
            ODD_INPUT),
        styled(
            "clock-ten-minutes-behind",
            "a producer's clock is ten minutes behind, in event time and record time",
            new Load.Style(1, -TEN_MINUTES_MS, -TEN_MINUTES_MS, false),
            ODD_INPUT),
        styled(
            "clock-ten-minutes-ahead",
            "a producer's clock is ten minutes ahead: each of its clicks is a dead letter"
                + " (timestamp_in_future), and nobody else's",
            new Load.Style(1, TEN_MINUTES_MS, TEN_MINUTES_MS, true),
            ODD_INPUT),
        new Fault(
            "poisoned-burst",
            POISONED + " records that are no clicks: each is a dead letter",
            stage -> stage.load().poison(POISONED)));
  }

  private static Fault styled(String name, String meaning, Load.Style style, Duration time) {
    return new Fault(
        name,
        meaning,
        stage -> {
          stage.load().style(style);
          try {
            Await.pass(time);
          } finally {
            stage.load().style(Load.Style.PLAIN);
          }
        });
  }

  /** A file in its place: a read-only directory would not stop a process that runs as root. */
  private static void withoutCheckpoints(Stage stage) throws Exception {
    Path directory = stage.checkpoints(FlinkJobs.FINE_TUNE);
    Path aside = directory.resolveSibling(directory.getFileName() + "-aside");
    Files.move(directory, aside);
    Files.createFile(directory);
    Await.pass(ODD_INPUT);
    Files.delete(directory);
    Files.move(aside, directory);
    stage.awaitCheckpoint(FlinkJobs.FINE_TUNE);
  }
}
