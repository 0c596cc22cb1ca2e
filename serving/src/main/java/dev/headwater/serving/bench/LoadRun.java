package dev.headwater.serving.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Sends requests at a fixed rate over many connections, whatever the answers do (open loop).
 * Latency counts from the moment a request should have been sent, so that a stall of the server, or
 * of this sender, shows in full.
 */
final class LoadRun {
  private static final int CONNECTIONS = 48;

  private final int port;
  private final LongFunction<String> path;
  private final AtomicLong next = new AtomicLong();
  private final int[] latencyUs;
  private final byte[] outcome;
  private final AtomicLong fallbacks = new AtomicLong();
  private final AtomicLong shorts = new AtomicLong();

  private static final byte ANSWERED = 1;
  private static final byte SHED = 2;
  private static final byte ERROR = 3;

  /**
   * What came of it.
   *
   * @param rps answered with 200, a second
   * @param p50Ms latency of those
   * @param p99Ms latency of those
   * @param errors answers other than 200, 429 and 503, and broken connections
   * @param shed answered 429 or 503
   * @param fallbacks answers that say fallback
   * @param shorts answers with fewer than ten items
   */
  record Result(
      double rps,
      double p50Ms,
      double p99Ms,
      long errors,
      long shed,
      long fallbacks,
      long shorts) {}

  LoadRun(int port, LongFunction<String> path, int requests) {
    this.port = port;
    this.path = path;
    latencyUs = new int[requests];
    outcome = new byte[requests];
  }

  /** Sends all requests at a rate and waits for the last answer. */
  Result at(double rps) throws InterruptedException {
    long start = System.nanoTime() + 50_000_000L;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      Thread thread = new Thread(() -> connection(start, rps), "load-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return result((System.nanoTime() - start) / 1e9);
  }

  private void connection(long start, double rps) {
    try (RawClient client = new RawClient(port)) {
      for (long i = next.getAndIncrement(); i < outcome.length; i = next.getAndIncrement()) {
        long due = start + (long) (i / rps * 1e9);
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        outcome[(int) i] = one(client, path.apply(i));
        latencyUs[(int) i] = (int) ((System.nanoTime() - due) / 1_000);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte one(RawClient client, String request) throws IOException {
    RawClient.Answer answer;
    try {
      answer = client.get(request);
    } catch (IOException e) {
      client.reconnect();
      return ERROR;
    }
    if (answer.status() == 200) {
      if (answer.body().contains("\"fallback\"")) {
        fallbacks.incrementAndGet();
      }
      if (Answers.count(answer.body()) < 10) {
        shorts.incrementAndGet();
      }
      return ANSWERED;
    }
    return answer.status() == 503 || answer.status() == 429 ? SHED : ERROR;
  }

  private Result result(double seconds) {
    int[] answered = new int[outcome.length];
    int count = 0;
    long errors = 0;
    long shed = 0;
    for (int i = 0; i < outcome.length; i++) {
      if (outcome[i] == ANSWERED) {
        answered[count++] = latencyUs[i];
      } else if (outcome[i] == SHED) {
        shed++;
      } else {
        errors++;
      }
    }
    int[] sorted = Arrays.copyOf(answered, count);
    Arrays.sort(sorted);
    return new Result(
        count / seconds,
        Quantiles.ms(sorted, 0.5),
        Quantiles.ms(sorted, 0.99),
        errors,
        shed,
        fallbacks.get(),
        shorts.get());
  }
}
