package dev.headwater.chaos;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.client.Wish;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What people see behind a load balancer: asks, over connections that are kept, a serving node that
 * said at the last look that it is ready, and never asks twice. While nodes only drain, no request
 * may fail. Thread-safe.
 */
final class Shop implements AutoCloseable {
  private static final long LOOK_MS = 500;
  private static final long PAUSE_MS = 20;
  private static final int CLIENTS = 2;
  private static final int ERRORS_MAX = 1_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The way to nodes that were ready at the last look, by name. */
  private volatile Set<String> ready = Set.of();

  private final Map<String, NodeClient> nodes = new TreeMap<>();
  private final List<String> history;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final List<String> errors = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /**
   * Opens.
   *
   * @param ports of the nodes, by name
   * @param domain asked for
   * @param history that is asked about
   */
  Shop(Map<String, Integer> ports, String domain, List<String> history) {
    ports.forEach((name, port) -> nodes.put(name, node(port)));
    this.history = List.copyOf(history);
    look();
    run("shop-balancer", this::look, LOOK_MS);
    for (int i = 0; i < CLIENTS; i++) {
      Map<String, HeadwaterClient> shops = new TreeMap<>();
      ports.forEach((name, port) -> shops.put(name, node(port).shop(domain)));
      run("shop-client-" + i, () -> ask(shops), PAUSE_MS);
    }
  }

  /** Something that is done again and again. */
  private interface Turn {
    void take() throws InterruptedException;
  }

  private void run(String name, Turn turn, long pauseMs) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!closed) {
                  turn.take();
                  TimeUnit.MILLISECONDS.sleep(pauseMs);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  /** Never asks twice. */
  private static NodeClient node(int port) {
    return NodeClient.at(URI.create("http://127.0.0.1:" + port))
        .with(Retries.NONE)
        .with(Timeouts.of(TIMEOUT));
  }

  private void look() {
    Set<String> now = new TreeSet<>();
    nodes.forEach(
        (name, node) -> {
          if (isReady(node)) {
            now.add(name);
          }
        });
    ready = Set.copyOf(now);
  }

  private static boolean isReady(NodeClient node) {
    try {
      return node.readiness().ready();
    } catch (HeadwaterException e) {
      return false; // nobody there, or not to be read: no traffic
    }
  }

  /** A POST: the connection below sends no such request again by itself. */
  private void ask(Map<String, HeadwaterClient> shops) {
    List<String> names = List.copyOf(ready);
    long number = asked.getAndIncrement();
    if (names.isEmpty()) {
      error("no node is ready");
      return;
    }
    String name = names.get((int) (number % names.size()));
    HeadwaterClient shop = Objects.requireNonNull(shops.get(name), name);
    try {
      if (shop.forHistory(history, Wish.of(10)).items().isEmpty()) {
        error(name + " answered without items");
      } else {
        answered.incrementAndGet();
      }
    } catch (HeadwaterException e) {
      error(name + " " + e.status() + " " + e.getMessage());
    }
  }

  private void error(String what) {
    synchronized (errors) {
      if (!closed && errors.size() < ERRORS_MAX) {
        errors.add("behind the balancer: " + what);
      }
    }
  }

  /** Tells whether the balancer would send requests to a node. */
  boolean uses(String node) {
    return ready.contains(node);
  }

  /** Returns how many requests were answered. */
  long answered() {
    return answered.get();
  }

  /** Returns what failed. */
  List<String> errors() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
