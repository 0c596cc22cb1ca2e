package dev.headwater.chaos;

import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.VerbException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries faults one after the other on a cluster under load, and looks each time whether the rules
 * hold: from the topics, and over HTTP as a client would.
 */
final class Chaos {
  private static final Logger LOG = LoggerFactory.getLogger(Chaos.class);
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final Duration CALM = Duration.ofSeconds(5);
  private static final Duration AFTER = Duration.ofSeconds(5);

  private final Stage stage;
  private final Consumer<String> out;
  private Known known = Known.NOTHING;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

  Chaos(Stage stage, Consumer<String> out) {
    this.stage = stage;
    this.out = out;
  }

  /** Who hears of a fault's outcome as soon as it is there. */
  interface Heard {
    void outcome(Fault fault, Outcome outcome) throws Exception;
  }

  /**
   * Tries each fault so many times.
   *
   * @param forSoLong after which no further fault is begun
   * @return how many were tried: at least one
   */
  int run(List<Fault> faults, int times, Duration forSoLong, Heard heard) throws Exception {
    warmUp();
    long end = System.nanoTime() + forSoLong.toNanos();
    int tried = 0;
    for (Fault fault : faults) {
      if (tried > 0 && System.nanoTime() > end) {
        break;
      }
      for (int i = 0; i < times; i++) {
        Outcome outcome = once(fault);
        out.accept(outcome.line(fault.name()));
        heard.outcome(fault, outcomes.merge(fault.name(), outcome, Outcome::plus));
      }
      tried++;
    }
    return tried;
  }

  /** Classes are loaded and caches filled; what goes wrong here is no fault's. */
  private void warmUp() throws Exception {
    stage.load().go();
    Await.pass(WARM_UP);
    stage.load().rest();
    List<String> problems = new ArrayList<>();
    if (!new Settling(stage, known).await(problems)) {
      throw new VerbException("the cluster does not work before anything was broken: " + problems);
    }
  }

  private Outcome once(Fault fault) throws Exception {
    stage.load().go();
    Await.pass(CALM);
    stage.ledger().requireHealthy();
    Expected before = new Expected(stage);
    stage.freshness().reset();
    long answered = answered();
    int clicks = stage.load().taken().size();
    int notTaken = stage.load().notTaken();
    double load1 = Machine.measure().load1();
    long startMs = System.currentTimeMillis();
    List<String> problems = new ArrayList<>();
    strike(fault, problems);
    Await.pass(AFTER);
    stage.load().rest();
    boolean settled = new Settling(stage, known).await(problems);
    long staleAtMs = stage.freshness().lastStaleAtMs();
    long worstMs = stage.freshness().worstMs();
    double recovered = staleAtMs == 0 ? 0 : (staleAtMs - startMs) / 1000.0;
    problems.addAll(stage.takeRemarks());
    problems.addAll(stage.ledger().takeBroken());
    stage.answers().forEach(each -> problems.addAll(each.takeErrors()));
    long overtaken = stage.ledger().takeOvertaken();
    if (overtaken > 0 && !fault.allowsOvertaken()) {
      problems.add(overtaken + " rows were followed by one of no higher version");
    }
    List<String> ended = stage.supervisor().takeEnded();
    before.check(problems);
    Known now = Known.of(stage);
    long lost = now.lostSince(known);
    known = now;
    return new Outcome(
        1,
        problems,
        lost,
        settled ? recovered : -1,
        worstMs / 1000.0,
        overtaken,
        ended,
        stage.load().taken().size() - clicks,
        stage.load().notTaken() - notTaken,
        answered() - answered,
        (System.currentTimeMillis() - startMs) / 1000.0,
        stage.takeNotes(),
        load1);
  }

  private long answered() {
    return stage.answers().stream().mapToLong(Answers::answered).sum();
  }

  /** What could not be carried through is a violation, and no reason not to try the next fault. */
  private void strike(Fault fault, List<String> problems) throws Exception {
    try {
      fault.strike().at(stage);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.warn("{} could not be carried through", fault.name(), e);
      problems.add("could not be carried through: " + e.getMessage());
      stage.bringAllBack();
    }
  }

  /** What the fault's own input must have led to. */
  private static final class Expected {
    private final Stage stage;
    private final Set<String> refused;
    private final int bad;
    private final int letters;

    Expected(Stage stage) {
      this.stage = stage;
      refused = new HashSet<>(stage.load().refused());
      bad = stage.load().bad();
      letters = stage.ledger().deadLetters();
    }

    void check(List<String> problems) {
      Set<String> now = new HashSet<>(stage.load().refused());
      now.removeAll(refused);
      long accepted = stage.ledger().accepted(now);
      if (accepted > 0) {
        problems.add(accepted + " clicks stand in histories that should have been refused");
      }
      long wanted = (long) now.size() + stage.load().bad() - bad;
      long found = (long) stage.ledger().deadLetters() - letters;
      if (wanted != found) {
        problems.add(found + " dead letters instead of " + wanted);
      }
    }
  }
}
