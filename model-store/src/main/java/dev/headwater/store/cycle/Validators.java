package dev.headwater.store.cycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks all validators. A crash or a time-out is a veto; a validator that ignores interruption keeps
 * its thread, and the next one gets another.
 */
public final class Validators implements AutoCloseable {
  private final List<TableValidator> validators;
  private final Duration timeout;
  private final ExecutorService executor =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "store-validator");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Verdicts on one version.
   *
   * @param ok whether none is a veto
   * @param verdicts of all, "name: details"
   * @param badLearning the first veto that is about what was learned, null when none is
   */
  public record Outcome(boolean ok, List<String> verdicts, @Nullable String badLearning) {}

  /** Creates the panel. */
  public Validators(List<TableValidator> validators, Duration timeout) {
    this.validators = List.copyOf(validators);
    this.timeout = timeout;
  }

  /** Returns the built-in validators with their defaults and those found on the class path. */
  public static List<TableValidator> standard() {
    List<TableValidator> all = new ArrayList<>();
    all.add(new RowSanityValidator(1000f, 3));
    all.add(new RowsLostValidator(0.5));
    all.add(new QualityValidator());
    all.add(new CoverageValidator(0));
    ServiceLoader.load(TableValidator.class).forEach(all::add);
    return all;
  }

  /** Asks all of them, also after a veto, so that a person sees every reason at once. */
  public Outcome judge(Candidate candidate) {
    boolean ok = true;
    String badLearning = null;
    List<String> verdicts = new ArrayList<>();
    for (TableValidator validator : validators) {
      Said said = ask(validator, candidate);
      Validation verdict = said.verdict();
      ok &= verdict.ok();
      boolean judged = said.byItself() && validator.judgesLearning();
      if (!verdict.ok() && badLearning == null && judged) {
        badLearning = validator.name() + ": " + verdict.details();
      }
      verdicts.add(validator.name() + ": " + (verdict.ok() ? "" : "VETO ") + verdict.details());
    }
    return new Outcome(ok, List.copyOf(verdicts), badLearning);
  }

  /** A verdict, and whether the validator gave it: one that crashed has judged nothing. */
  private record Said(Validation verdict, boolean byItself) {
    static Said instead(String why) {
      return new Said(Validation.veto(why), false);
    }
  }

  private Said ask(TableValidator validator, Candidate candidate) {
    Future<Validation> answer = executor.submit(() -> validator.validate(candidate));
    try {
      return new Said(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS), true);
    } catch (ExecutionException e) {
      return Said.instead("crashed: " + e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      return Said.instead("no answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return Said.instead("interrupted");
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
