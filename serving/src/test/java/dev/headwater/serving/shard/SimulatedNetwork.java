package dev.headwater.serving.shard;

import dev.headwater.serving.nodes.Member;
import dev.headwater.serving.nodes.Transport;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Time that passes when everything of a moment is done, and messages that take some of it. */
final class SimulatedNetwork {
  private final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<String, SimulatedNode> nodes = new HashMap<>();
  private long nowMs;
  private long seq;

  /** Something that happens at a time; of equal times the one that was planned first. */
  private record Event(long atMs, long seq, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(atMs, other.atMs);
      return order != 0 ? order : Long.compare(seq, other.seq);
    }
  }

  SimulatedNetwork(Random random) {
    this.random = random;
  }

  void join(SimulatedNode node) {
    nodes.put(node.name(), node);
  }

  long nanos() {
    return nowMs * 1_000_000;
  }

  long nowMs() {
    return nowMs;
  }

  synchronized void after(long delayMs, Runnable what) {
    events.add(new Event(nowMs + delayMs, seq++, what));
  }

  /** Lets time pass until then. */
  void runUntil(long atMs) {
    Event next = next(atMs);
    while (next != null) {
      nowMs = next.atMs();
      next.what().run();
      next = next(atMs);
    }
    nowMs = atMs;
  }

  private synchronized @Nullable Event next(long atMs) {
    Event next = events.peek();
    return next == null || next.atMs() > atMs ? null : events.poll();
  }

  /** A message takes some milliseconds, one in fifty much longer. */
  long delayMs() {
    return random.nextInt(50) == 0 ? 20 + random.nextInt(200) : 1 + random.nextInt(4);
  }

  /** Every node that is there hears what one says of itself. */
  void tell(Member member) {
    for (SimulatedNode node : nodes.values()) {
      after(1 + random.nextInt(40), () -> node.hear(member));
    }
  }

  CompletableFuture<byte[]> send(Member to, Transport.Question question) {
    return ask(to, node -> CompletableFuture.completedFuture(node.answer(question)));
  }

  /** What one node has another do. */
  interface Work<T> {
    CompletableFuture<T> of(SimulatedNode node);
  }

  <T> CompletableFuture<T> ask(Member to, Work<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    after(delayMs(), () -> arrived(to, work, answer));
    after(1_500, () -> answer.completeExceptionally(new IOException("no answer in time")));
    return answer;
  }

  private <T> void arrived(Member to, Work<T> work, CompletableFuture<T> answer) {
    SimulatedNode node = nodes.get(to.node());
    if (node == null || node.isDead()) {
      answer.completeExceptionally(new IOException("connection refused"));
    } else if (!node.isHung()) {
      var unused =
          begun(node, work).whenComplete((told, failure) -> leave(node, told, failure, answer));
    }
  }

  private static <T> CompletableFuture<T> begun(SimulatedNode node, Work<T> work) {
    Supplier<CompletableFuture<T>> begin = () -> work.of(node);
    try {
      return begin.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> void leave(
      SimulatedNode node, T told, @Nullable Throwable failure, CompletableFuture<T> answer) {
    after(
        delayMs(),
        () -> {
          if (node.isDead()) {
            answer.completeExceptionally(new IOException("connection reset"));
          } else if (failure != null) {
            answer.completeExceptionally(failure);
          } else if (!node.isHung()) {
            answer.complete(told);
          }
        });
  }
}
