package dev.headwater.chaos;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What people see behind a load balancer: asks, over connections that are kept, a serving node that
 * said at the last look that it is ready, and never asks twice. While nodes only drain, no request
 * may fail. Thread-safe.
 */
final class Shop implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long LOOK_MS = 500;
  private static final long PAUSE_MS = 20;
  private static final int CLIENTS = 2;
  private static final int ERRORS_MAX = 1_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The way to nodes that were ready at the last look, by name. */
  private volatile Map<String, Integer> ready = Map.of();

  private final Map<String, Integer> ports;
  private final String path;
  private final String question;
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
    this.ports = Map.copyOf(ports);
    this.path = "/v1/domains/" + domain + "/recommendations";
    ObjectNode body = JSON.createObjectNode().put("count", 10);
    history.forEach(body.putArray("history")::add);
    this.question = body.toString();
    look();
    run("shop-balancer", this::look, LOOK_MS);
    for (int i = 0; i < CLIENTS; i++) {
      HttpClient client = client();
      run("shop-client-" + i, () -> ask(client), PAUSE_MS);
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

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(TIMEOUT)
        .build();
  }

  private void look() {
    Map<String, Integer> now = new TreeMap<>();
    ports.forEach(
        (name, port) -> {
          if (isReady(port)) {
            now.put(name, port);
          }
        });
    ready = Map.copyOf(now);
  }

  private static boolean isReady(int port) {
    try {
      return Probe.isReady(port);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** A POST: the client sends no such request again by itself. */
  private void ask(HttpClient client) throws InterruptedException {
    List<Map.Entry<String, Integer>> nodes = List.copyOf(ready.entrySet());
    long number = asked.getAndIncrement();
    if (nodes.isEmpty()) {
      error("no node is ready");
      return;
    }
    Map.Entry<String, Integer> node = nodes.get((int) (number % nodes.size()));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.getValue() + path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        error(node.getKey() + " answered " + response.statusCode() + " " + response.body());
      } else if (JSON.readTree(response.body()).path("items").isEmpty()) {
        error(node.getKey() + " answered without items");
      } else {
        answered.incrementAndGet();
      }
    } catch (IOException e) {
      error(node.getKey() + ": " + e);
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
    return ready.containsKey(node);
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
