package dev.headwater.bench.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Asks for recommendations at an even rate through a balancer: any node that said at the last look
 * that it is ready, and the next one where the connection breaks before there is an answer, as
 * balancers do for GET. Whatever is no whole answer after that is a failure. Thread-safe.
 */
final class Customers implements AutoCloseable {
  private static final int THREADS = 4;
  private static final long LOOK_MS = 250;
  private static final int TOLD_MAX = 100;

  /** Who has waited for so long is gone: what could not be asked is asked no more. */
  private static final long BEHIND_MAX_NANOS = 1_000_000_000L;

  private final DividedNodes nodes;
  private final int users;
  private final double perSecond;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile Histogram micros = new ConcurrentHistogram(3);
  private volatile List<DividedNodes.Node> ready = List.of();
  private volatile boolean closed;

  Customers(DividedNodes nodes, int users, double perSecond) {
    this.nodes = nodes;
    this.users = users;
    this.perSecond = perSecond;
    look();
    run("balancer", this::balance);
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      run("customers-" + i, () -> ask(new Random(number)));
    }
  }

  private void run(String name, Runnable what) {
    Thread thread = new Thread(what, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void balance() {
    while (!closed) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
      look();
    }
  }

  private void look() {
    ready = nodes.all().stream().filter(DividedNodes.Node::isReady).toList();
  }

  private void ask(Random random) {
    Map<DividedNodes.Node, RawClient> open = new HashMap<>();
    long due = System.nanoTime() + (long) (random.nextDouble() * 1e9);
    while (!closed) {
      LockSupport.parkNanos(due - System.nanoTime());
      if (System.nanoTime() < due) {
        continue;
      }
      String failure = one(BenchData.user(random.nextInt(users)), open, random);
      micros.recordValue((System.nanoTime() - due) / 1_000);
      if (failure.isEmpty()) {
        answered.incrementAndGet();
      } else {
        failed.incrementAndGet();
        if (failures.size() < TOLD_MAX) {
          failures.add(failure);
        }
      }
      due =
          Math.max(due, System.nanoTime() - BEHIND_MAX_NANOS) + (long) (THREADS * 1e9 / perSecond);
    }
    open.values().forEach(Customers::close);
  }

  /** Returns what went wrong, empty where nothing did. */
  private String one(String user, Map<DividedNodes.Node, RawClient> open, Random random) {
    List<DividedNodes.Node> candidates = new ArrayList<>(ready);
    Collections.shuffle(candidates, random);
    String last = "no node is ready";
    for (DividedNodes.Node node : candidates) {
      try {
        RawClient client = open.get(node);
        if (client == null) {
          client = new RawClient(node.port());
          open.put(node, client);
        }
        return judged(node, client.get(path(user)));
      } catch (IOException e) {
        last = node.name() + ": " + e;
        RawClient broken = open.remove(node);
        if (broken != null) {
          close(broken);
        }
      }
    }
    return last;
  }

  private static void close(RawClient client) {
    try {
      client.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }

  static String path(String user) {
    return "/v1/domains/"
        + ServeBenchConfig.DOMAIN
        + "/users/"
        + user
        + "/recommendations?count=10";
  }

  private static String judged(DividedNodes.Node node, RawClient.Answer answer) {
    String body = answer.body();
    boolean whole =
        answer.status() == 200
            && Answers.items(body).size() == 10
            && !body.contains("\"missing_shards\"")
            && !body.contains("\"fallback\"");
    return whole ? "" : node.name() + ": " + answer.status() + " " + body;
  }

  /** Returns how many requests were answered whole. */
  long answered() {
    return answered.get();
  }

  /** Returns how many were not. */
  long failed() {
    return failed.get();
  }

  /** Returns what was wrong with the first of them. */
  List<String> failures() {
    return failures;
  }

  /** Returns and forgets what answers took from when they were due, microseconds. */
  Histogram takeMicros() {
    Histogram taken = micros;
    micros = new ConcurrentHistogram(3);
    return taken;
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(15));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
