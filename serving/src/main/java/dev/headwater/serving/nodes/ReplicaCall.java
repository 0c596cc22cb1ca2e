package dev.headwater.serving.nodes;

import dev.headwater.serving.shard.NotHereException;
import dev.headwater.serving.shard.TooManyException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the replicas of a shard until one answers: the first; another as soon as that fails, or when
 * it takes longer than most do; none after a while. The first answer counts. One question; its
 * parts run on whatever threads answers come on, one at a time.
 *
 * @param <T> the answer
 */
final class ReplicaCall<T> {
  private final List<Member> replicas;
  private final Function<Member, CompletableFuture<T>> ask;
  private final Members members;
  private final Timer timer;
  private final Patience patience;
  private final CallMetrics metrics;
  private final CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
  private int next;
  private int waiting;

  /**
   * How long is waited.
   *
   * @param hedgeMs for a replica, before another is asked as well
   * @param mostMs for any of them
   */
  record Patience(long hedgeMs, long mostMs) {}

  /**
   * Creates one.
   *
   * @param replicas in the order in which they are asked
   * @param ask asks one of them
   */
  ReplicaCall(
      List<Member> replicas,
      Function<Member, CompletableFuture<T>> ask,
      Members members,
      Timer timer,
      Patience patience,
      CallMetrics metrics) {
    this.replicas = replicas;
    this.ask = ask;
    this.members = members;
    this.timer = timer;
    this.patience = patience;
    this.metrics = metrics;
  }

  /** Begins; null is the answer where no replica gives one. */
  CompletableFuture<@Nullable T> begin() {
    askNext();
    if (!answer.isDone()) {
      timer.after(patience.mostMs(), this::giveUp);
    }
    return answer;
  }

  private void askNext() {
    Member replica = take();
    if (replica == null) {
      return;
    }
    CompletableFuture<T> asked;
    try {
      asked = ask.apply(replica);
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedFuture(e);
    }
    var unused = asked.whenComplete((told, failure) -> heard(replica, told, failure));
    if (!asked.isDone() && hasMore()) {
      timer.after(patience.hedgeMs(), () -> hedge(replica));
    }
  }

  private synchronized @Nullable Member take() {
    if (answer.isDone()) {
      return null;
    }
    if (next == replicas.size()) {
      if (waiting == 0) {
        answer.complete(null);
      }
      return null;
    }
    waiting++;
    return replicas.get(next++);
  }

  private synchronized boolean hasMore() {
    return next < replicas.size();
  }

  private void hedge(Member slow) {
    if (!answer.isDone()) {
      metrics.onHedge();
      members.failed(slow);
      askNext();
    }
  }

  private void heard(Member replica, @Nullable T told, @Nullable Throwable failure) {
    synchronized (this) {
      waiting--;
    }
    if (told != null) {
      answer.complete(told);
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof TooManyException) {
      answer.completeExceptionally(cause); // any replica holds as many
      return;
    }
    if (!(cause instanceof NotHereException)) { // it is well and has not got what it was asked
      metrics.onFailure();
      members.failed(replica);
    }
    askNext();
  }

  private void giveUp() {
    answer.complete(null);
  }
}
