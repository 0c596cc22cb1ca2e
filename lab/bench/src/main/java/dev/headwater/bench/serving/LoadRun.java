package dev.headwater.bench.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/**
 * Sends requests at a fixed rate over many connections, whatever the answers do (open loop).
 * Latency counts from the moment a request should have been sent (the first when all threads
 * stand), so that a stall of the server, or of this sender, shows in full. When the time is over
 * nothing more is sent; what was due by then and was not sent is counted. Connections are the
 * caller's, and stay open: several runs may use the same, one after another.
 */
final class LoadRun {
  private static final byte ANSWERED = 1;
  private static final byte SHED = 2;
  private static final byte ERROR = 3;

  private final List<RawClient> connections;
  private final LongFunction<String> path;
  private final Predicate<String> forbidden;
  private final AtomicLong next = new AtomicLong();
  private final int[] latencyUs;
  private final int[] serviceUs;
  private final byte[] outcome;
  private final AtomicLong fallbacks = new AtomicLong();
  private final AtomicLong shorts = new AtomicLong();
  private final AtomicLong forbiddenItems = new AtomicLong();

  /**
   * What came of it.
   *
   * @param rps answered with 200, a second
   * @param p50Ms latency of those
   * @param p99Ms latency of those
   * @param p99SentMs the same from when a request was really sent
   * @param p99MsBySecond latency of those that were due in each second: whether it was late now and
   *     then or all the time
   * @param errors answers other than 200, 429 and 503, those without Retry-After, and broken
   *     connections
   * @param shed answered 429 or 503 with Retry-After
   * @param unsent due, and not sent: the sender could not keep up
   * @param fallbacks answers that say fallback
   * @param shorts answers with fewer than ten items
   * @param forbidden items in answers that must not be there
   */
  record Result(
      double rps,
      double p50Ms,
      double p99Ms,
      double p99SentMs,
      List<Double> p99MsBySecond,
      long errors,
      long shed,
      long unsent,
      long fallbacks,
      long shorts,
      long forbidden) {}

  LoadRun(
      List<RawClient> connections,
      LongFunction<String> path,
      Predicate<String> forbidden,
      int requests) {
    this.connections = List.copyOf(connections);
    this.path = path;
    this.forbidden = forbidden;
    latencyUs = new int[requests];
    serviceUs = new int[requests];
    outcome = new byte[requests];
  }

  /** Sends at a rate for a time and waits for the last answer. */
  Result at(double rps, double seconds) throws InterruptedException {
    CountDownLatch standing = new CountDownLatch(connections.size());
    CompletableFuture<Long> begin = new CompletableFuture<>();
    List<Thread> threads = new ArrayList<>();
    for (RawClient client : connections) {
      Runnable sender = () -> connection(client, standing, begin, rps, (long) (seconds * 1e9));
      Thread thread = new Thread(null, sender, "load-" + threads.size(), 256 << 10);
      thread.start();
      threads.add(thread);
    }
    standing.await();
    long start = System.nanoTime() + 1_000_000L;
    begin.complete(start);
    for (Thread thread : threads) {
      thread.join();
    }
    return result(rps, Math.max(seconds, (System.nanoTime() - start) / 1e9));
  }

  /** Begins when all stand. A connection that cannot be made again fails its own thread. */
  private void connection(
      RawClient client,
      CountDownLatch standing,
      CompletableFuture<Long> begin,
      double rps,
      long lengthNs) {
    standing.countDown();
    long start = begin.join();
    long end = start + lengthNs;
    for (long i = next.getAndIncrement(); i < outcome.length; i = next.getAndIncrement()) {
      long due = start + (long) (i / rps * 1e9);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      long sent = System.nanoTime();
      if (sent > end) {
        return;
      }
      byte what = one(client, path.apply(i));
      long now = System.nanoTime();
      latencyUs[(int) i] = (int) ((now - due) / 1_000);
      serviceUs[(int) i] = (int) ((now - sent) / 1_000);
      outcome[(int) i] = what;
    }
  }

  private byte one(RawClient client, String request) {
    RawClient.Answer answer;
    try {
      answer = client.get(request);
    } catch (IOException e) {
      reconnect(client);
      return ERROR;
    }
    if (answer.status() == 200) {
      if (answer.body().contains("\"fallback\"")) {
        fallbacks.incrementAndGet();
      }
      List<String> items = Answers.items(answer.body());
      if (items.size() < 10) {
        shorts.incrementAndGet();
      }
      forbiddenItems.addAndGet(items.stream().filter(forbidden).count());
      return ANSWERED;
    }
    boolean shed = answer.status() == 503 || answer.status() == 429;
    return shed && answer.saysWhenToRetry() ? SHED : ERROR;
  }

  private static void reconnect(RawClient client) {
    try {
      client.reconnect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result result(double rate, double seconds) {
    int[] counts = new int[ERROR + 1];
    for (byte each : outcome) {
      counts[each]++;
    }
    Histogram latency = answered(latencyUs, 0, outcome.length);
    Histogram service = answered(serviceUs, 0, outcome.length);
    return new Result(
        counts[ANSWERED] / seconds,
        ms(latency, 50),
        ms(latency, 99),
        ms(service, 99),
        bySecond((int) Math.max(1, rate)),
        counts[ERROR],
        counts[SHED],
        counts[0],
        fallbacks.get(),
        shorts.get(),
        forbiddenItems.get());
  }

  private List<Double> bySecond(int due) {
    List<Double> seconds = new ArrayList<>();
    for (int from = 0; from < outcome.length; from += due) {
      seconds.add(ms(answered(latencyUs, from, Math.min(outcome.length, from + due)), 99));
    }
    return seconds;
  }

  /** Returns the times of the requests that were answered, microseconds. */
  private Histogram answered(int[] us, int from, int to) {
    Histogram micros = new Histogram(3);
    for (int i = from; i < to; i++) {
      if (outcome[i] == ANSWERED) {
        micros.recordValue(us[i]);
      }
    }
    return micros;
  }

  private static double ms(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0
        ? Double.NaN
        : micros.getValueAtPercentile(percentile) / 1_000.0;
  }
}
