package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.View;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Answers questions that nobody asked, until the code that answers is compiled: a Java process
 * answers some twenty times as slowly at first, and a node that takes traffic then makes people
 * wait. It asks for users that the node knows, or for histories of items that it has; answers are
 * thrown away and counted nowhere. For one thread.
 */
public final class WarmUp {
  private static final int ROUND = 250;
  private static final int ROUNDS_MIN = 8;

  /** Rounds without progress after which nothing more is to be won. */
  private static final int PATIENCE = 4;

  private static final double PROGRESS = 0.95;
  private static final int USERS = 1_000;
  private static final int HISTORY = 5;
  private static final int COUNT = 10;
  private static final Query QUERY =
      new Query(COUNT, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);

  private final SplittableRandom random = new SplittableRandom(1);
  private final Recommender recommender =
      new Recommender(
          new RecommendationIds(random),
          new RecommendMetrics(new SimpleMeterRegistry(), Clock.systemUTC()),
          random);
  private final Duration most;

  /**
   * Creates one.
   *
   * @param most how long it may take
   */
  public WarmUp(Duration most) {
    this.most = most;
  }

  /**
   * Answers until rounds take no less time than before, or time is up, or the thread is
   * interrupted, or an answer fails.
   *
   * @param domains those that have a view; the others are passed over
   * @return how many answers were made
   */
  public int run(Collection<Domain> domains) {
    List<Question> questions = new ArrayList<>();
    domains.stream().filter(domain -> domain.view() != null).forEach(d -> questions(d, questions));
    long end = System.nanoTime() + most.toNanos();
    long best = Long.MAX_VALUE;
    int made = 0;
    int idle = 0;
    while (!questions.isEmpty() && idle < PATIENCE && !Thread.currentThread().isInterrupted()) {
      long start = System.nanoTime();
      int answers = round(questions, end);
      made += answers;
      if (answers < ROUND) {
        break;
      }
      long took = System.nanoTime() - start;
      idle = took > PROGRESS * best && made >= ROUNDS_MIN * ROUND ? idle + 1 : 0;
      best = Math.min(best, took);
    }
    return made;
  }

  /** A question without its answer. */
  private interface Question {
    CompletableFuture<Recommendations> ask(Recommender recommender);
  }

  /**
   * Returns how many answers were made: fewer than a round's when time is up, for a neighbour that
   * hangs holds no answer, and no node, for longer.
   */
  private int round(List<Question> questions, long end) {
    for (int i = 0; i < ROUND; i++) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return i;
      }
      try {
        Question question = questions.get(random.nextInt(questions.size()));
        var unused = question.ask(recommender).orTimeout(left, TimeUnit.NANOSECONDS).join();
      } catch (CompletionException | CancellationException | NotReadyException e) {
        return i;
      }
    }
    return ROUND;
  }

  private void questions(Domain domain, List<Question> questions) {
    List<String> users = new ArrayList<>();
    domain
        .users()
        .forEach(
            (user, state) -> {
              if (users.size() < USERS) {
                users.add(user);
              }
            });
    users.forEach(user -> questions.add(asks -> asks.forUser(domain, user, QUERY, Runnable::run)));
    if (users.isEmpty()) {
      for (int i = 0; i < USERS; i++) {
        List<String> history = history(domain);
        if (!history.isEmpty()) {
          questions.add(asks -> asks.forHistory(domain, history, QUERY, Runnable::run));
        }
      }
    }
  }

  private List<String> history(Domain domain) {
    View view = domain.view();
    List<String> history = new ArrayList<>();
    if (view == null) {
      return history;
    }
    VectorTable vectors = view.table().vectors();
    for (int i = 0; i < HISTORY && vectors.rows() > 0; i++) {
      int code = vectors.code(random.nextInt(vectors.rows()));
      if (code >= 0) {
        history.add(domain.ids().id(code));
      }
    }
    return history;
  }
}
