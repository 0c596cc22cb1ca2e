package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.platform.report.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What FineTuneJob must neither undo nor forget. */
final class TrainerFaults {
  private static final Duration HEARD = Duration.ofSeconds(1);
  private static final Duration SOME_LEARNING = Duration.ofSeconds(8);
  private static final Duration SOON = Duration.ofSeconds(90);

  private TrainerFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "rollback-while-trainer-down",
            "FineTuneJob is stopped with a savepoint, the table rolled back, the job started from"
                + " the savepoint: what was taken back stays so, and each click is learned once",
            TrainerFaults::rollbackWhileDown),
        new Fault(
            "rollback-then-older-savepoint",
            "the table is rolled back while FineTuneJob runs, which is then started from a"
                + " savepoint older than the rollback: only clicks since that savepoint may be"
                + " learned again",
            TrainerFaults::olderSavepoint,
            true),
        new Fault(
            "trainer-without-state",
            "FineTuneJob is ended and started with no state at all: it goes on from what was"
                + " learned, and no click is learned twice but what rollbacks took back, of which"
                + " only the state knew",
            TrainerFaults::withoutState,
            true));
  }

  private static void rollbackWhileDown(Stage stage) throws Exception {
    long target = announced(stage);
    Await.pass(SOME_LEARNING);
    restUntilLearned(stage);
    FlinkJobs jobs = stage.cluster().jobs();
    Path savepoint = jobs.stopWithSavepoint(FlinkJobs.FINE_TUNE);
    stage.load().go();
    awaitSealed(stage);
    rollBack(stage, target);
    long after = sealed(stage);
    requireNothingChanged(stage, target, after);
    jobs.submit(FlinkJobs.FINE_TUNE, savepoint);
    stage.cluster().awaitJobs();
  }

  /**
   * A click that the job learned and whose row waits to be sent is taken back as well, and nobody
   * can count it: so all rows are to be out. Where they are not, the rules say so afterwards.
   */
  private static void restUntilLearned(Stage stage) throws InterruptedException {
    stage.load().rest();
    boolean unused =
        Await.within(
            Patience.of(SOON),
            () -> {
              Known now = Known.of(stage);
              return now.missing() <= 0 && now.unlearned() <= 0;
            });
  }

  private static void olderSavepoint(Stage stage) throws Exception {
    FlinkJobs jobs = stage.cluster().jobs();
    long target = announced(stage);
    Await.pass(SOME_LEARNING);
    Path older = jobs.stopWithSavepoint(FlinkJobs.FINE_TUNE);
    long examples = stage.ledger().examples();
    jobs.submit(FlinkJobs.FINE_TUNE, older);
    stage.cluster().awaitJobs();
    Await.pass(SOME_LEARNING);
    awaitSealed(stage);
    rollBack(stage, target);
    Await.pass(HEARD); // until then the job learns on the rows that were taken back
    stage.mayLearnAgain(stage.ledger().examples() - examples);
    Await.pass(SOME_LEARNING);
    jobs.cancel(FlinkJobs.FINE_TUNE);
    Await.until("the job to end", Patience.of(SOON), () -> jobs.hasEnded(FlinkJobs.FINE_TUNE));
    jobs.submit(FlinkJobs.FINE_TUNE, older);
    stage.cluster().awaitJobs();
  }

  private static void withoutState(Stage stage) throws Exception {
    FlinkJobs jobs = stage.cluster().jobs();
    jobs.cancel(FlinkJobs.FINE_TUNE);
    Await.until("the job to end", Patience.of(SOON), () -> jobs.hasEnded(FlinkJobs.FINE_TUNE));
    stage.mayLearnAgain(stage.ledger().takenBackForGood());
    jobs.submitWithoutState(FlinkJobs.FINE_TUNE);
    stage.cluster().awaitJobs();
    if (jobs.wasRestored(FlinkJobs.FINE_TUNE)) {
      stage.remark("FineTuneJob found a state although it was to have none");
    }
  }

  private static long announced(Stage stage) throws InterruptedException {
    return stage.announced().path("announced").asLong();
  }

  /** A version that comes later holds all that was sent before. */
  private static void awaitSealed(Stage stage) throws InterruptedException {
    long before = announced(stage);
    Await.until("another version", Patience.of(SOON), () -> announced(stage) > before);
  }

  private static void rollBack(Stage stage, long target) throws InterruptedException {
    long before = stage.ledger().takenBack();
    var done = stage.cluster().store().rollback(target, "chaos tries it", "chaos");
    if (done.path("rows").asLong() == 0) {
      stage.remark("there was nothing to take back: the fault was not tried");
    }
    Await.until(
        "the rollback's rows", Patience.of(SOON), () -> stage.ledger().takenBack() > before);
  }

  private static long sealed(Stage stage) throws InterruptedException {
    awaitSealed(stage);
    return announced(stage);
  }

  /**
   * While nobody learns, a table that was rolled back differs by new items alone; its rows bear
   * other versions and have the same vectors.
   */
  private static void requireNothingChanged(Stage stage, long target, long now)
      throws InterruptedException {
    JsonNode diff = stage.cluster().store().diff(target, now);
    if (diff.path("maxMove").asDouble(1) > 0 || diff.path("removed").asLong(1) > 0) {
      stage.remark("the table is not that of the version that was rolled back to: " + diff);
    }
  }
}
