package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headwater.platform.report.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A cluster under load and what watches it. Used from one thread. */
final class Stage implements AutoCloseable {
  private static final int SHOP_HISTORY = 3;
  private static final Duration ELSEWHERE = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final Load load;
  private final Ledger ledger;
  private final List<Answers> answers = new ArrayList<>();
  private final Freshness freshness;
  private final Supervisor supervisor;
  private final List<String> remarks = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Crowd crowd;
  private final List<Specials> specials = new ArrayList<>();
  private long mayLearnAgain;

  Stage(Cluster cluster, Load load, Ledger ledger) {
    this.cluster = cluster;
    this.load = load;
    this.ledger = ledger;
    for (String node : List.of("serving-1", "serving-2")) {
      answers.add(new Answers(node, cluster.servingPort(node), cluster.domain(), load));
    }
    freshness = new Freshness(answers, ledger);
    supervisor = new Supervisor(cluster);
    crowd = new Crowd(cluster.kafka(), cluster.domain(), ledger);
  }

  Cluster cluster() {
    return cluster;
  }

  Load load() {
    return load;
  }

  Ledger ledger() {
    return ledger;
  }

  List<Answers> answers() {
    return answers;
  }

  Supervisor supervisor() {
    return supervisor;
  }

  Freshness freshness() {
    return freshness;
  }

  /** Opens a shop behind a balancer over both serving nodes. */
  Shop openShop() {
    Map<String, Integer> ports = new HashMap<>();
    answers.forEach(each -> ports.put(each.name(), cluster.servingPort(each.name())));
    List<String> history = load.items().stream().sorted().limit(SHOP_HISTORY).toList();
    return new Shop(ports, cluster.domain(), history);
  }

  /** Returns the users who clicked on what no catalog names. */
  Crowd crowd() {
    return crowd;
  }

  /** Returns what the store says of the domain. */
  JsonNode announced() throws InterruptedException {
    for (JsonNode each : cluster.store().announced().path("announced")) {
      if (each.path("domain").asText().equals(cluster.domain())) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  /** Lets FineTuneJob learn so many clicks a second time: a rollback took them back. */
  void mayLearnAgain(long clicks) {
    mayLearnAgain += clicks;
  }

  /** Returns and forgets how many clicks may be learned a second time. */
  long takeMayLearnAgain() {
    long taken = mayLearnAgain;
    mayLearnAgain = 0;
    return taken;
  }

  /** Lets items be looked at again when all has come to rest. */
  void lookAgainAt(Specials items) {
    specials.add(items);
  }

  /** Returns and forgets those to be looked at again. */
  List<Specials> takeSpecials() {
    List<Specials> taken = List.copyOf(specials);
    specials.clear();
    return taken;
  }

  /** Says a figure that belongs to this fault alone. */
  void note(String what) {
    notes.add(what);
  }

  List<String> takeNotes() {
    List<String> taken = List.copyOf(notes);
    notes.clear();
    return taken;
  }

  /** Says that something that only this fault can break is broken. */
  void remark(String what) {
    if (!remarks.contains(what)) {
      remarks.add(what);
    }
  }

  List<String> takeRemarks() {
    List<String> taken = List.copyOf(remarks);
    remarks.clear();
    return taken;
  }

  /** Kills a process, leaves it away for a while, starts it again and waits until it works. */
  void killAndRestart(String name) throws Exception {
    expect(name, Answers.State.DOWN);
    cluster.process(name).kill();
    Await.pass(Fault.AWAY);
    bringBack(name);
  }

  /** Starts a process that is gone, as its supervisor would. */
  void bringBack(String name) throws Exception {
    cluster.process(name).start();
    cluster.awaitReady(name);
    if (name.equals("job-manager")) {
      resubmit();
    } else if (name.startsWith("task-manager")) {
      cluster.awaitJobs();
    }
    expect(name, Answers.State.UP);
  }

  /** Starts what is gone and what hangs, and the jobs where they do not run. */
  void bringAllBack() throws Exception {
    for (String name : cluster.names()) {
      if (!cluster.process(name).isAlive()) {
        cluster.process(name).start();
      } else {
        cluster.process(name).resume();
      }
      cluster.awaitReady(name);
      expect(name, Answers.State.UP);
    }
    for (String job : List.of(FlinkJobs.COLD_START, FlinkJobs.FINE_TUNE)) {
      if (cluster.jobs().hasEnded(job)) {
        cluster.jobs().submit(job);
      }
    }
    cluster.awaitJobs();
  }

  /** Without high availability a JobManager forgets its jobs: they go on from checkpoints. */
  private void resubmit() throws Exception {
    Await.until(
        "the TaskManagers to come back",
        Patience.of(Duration.ofSeconds(90)),
        () -> cluster.jobs().taskManagers() == 2);
    for (String job : List.of(FlinkJobs.COLD_START, FlinkJobs.FINE_TUNE)) {
      cluster.jobs().submit(job);
    }
    cluster.awaitJobs();
    for (String job : List.of(FlinkJobs.COLD_START, FlinkJobs.FINE_TUNE)) {
      if (!cluster.jobs().wasRestored(job)) {
        remark(job + " began without its checkpoint");
      }
    }
  }

  /** Ends a process by SIGTERM under load; it must exit with 0. */
  void drain(String name, long secondsMax) throws InterruptedException {
    expect(name, Answers.State.DRAINING);
    int exit = cluster.process(name).terminate(secondsMax);
    expect(name, Answers.State.DOWN);
    if (exit != 0) {
      remark(name + " ended with exit code " + exit + " after SIGTERM");
    }
  }

  /**
   * Waits until a job runs elsewhere than on a TaskManager that stands still, or says it does not.
   */
  void awaitElsewhere(String job, String taskManager) throws InterruptedException {
    boolean elsewhere =
        Await.within(
            Patience.of(ELSEWHERE),
            () -> {
              try {
                return cluster.jobs().runsWithout(taskManager, job);
              } catch (IOException e) {
                return false; // asked once more
              }
            });
    if (!elsewhere) {
      remark(
          job + " did not run elsewhere while " + taskManager + " stood still: it was not tried");
    }
  }

  private void expect(String name, Answers.State state) {
    answers.stream().filter(each -> each.name().equals(name)).forEach(each -> each.expect(state));
  }

  /** Waits until a job has made another checkpoint. */
  void awaitCheckpoint(String job) throws Exception {
    long before = cluster.jobs().checkpoints(job);
    Await.until(
        "a checkpoint of " + job,
        Patience.of(Duration.ofSeconds(60)),
        () -> cluster.jobs().checkpoints(job) > before);
  }

  Path checkpoints(String job) {
    return cluster.jobs().directory(job);
  }

  @Override
  public void close() {
    supervisor.close();
    freshness.close();
    answers.forEach(Answers::close);
    ledger.close();
    load.close();
  }
}
