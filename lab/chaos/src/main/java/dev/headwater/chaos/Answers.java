package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks one serving node the whole time, as a shop would: a fault elsewhere must not show in its
 * answers. Every other request is for the user of the newest probe, which tells how fresh the node
 * is. Thread-safe.
 */
final class Answers implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long PAUSE_MS = 60;
  private static final int ERRORS_MAX = 1_000;

  private final String name;
  private final String base;
  private final Load load;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<String> errors = new ArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final Thread thread;
  private volatile State state = State.UP;
  private volatile boolean closed;
  private volatile int seenNumber = -1;

  /** What is to be expected of the node. */
  enum State {
    /** Every request is answered. */
    UP,
    /** It may refuse connections; what it has taken it answers. */
    DRAINING,
    /** Nothing is expected. */
    DOWN
  }

  Answers(String name, int port, String domain, Load load) {
    this.name = name;
    this.base = "http://127.0.0.1:" + port + "/v1/domains/" + domain;
    this.load = load;
    thread = new Thread(this::run, "answers-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  String name() {
    return name;
  }

  private void run() {
    try {
      while (!closed) {
        ask();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() throws InterruptedException {
    Load.Probe newest = load.newestProbe();
    if (newest == null) {
      return;
    }
    State before = state;
    String user = asked.incrementAndGet() % 2 == 0 ? newest.user() : "u" + asked.get() % 500 + "-0";
    try {
      JsonNode answer = get("/users/" + user + "/recommendations?count=10");
      String event = answer.path("based_on").path("event_id").asText();
      Load.Probe seen = load.probes().get(event);
      if (seen != null && seen.number() > seenNumber) {
        seenNumber = seen.number();
      }
      if (answer.path("items").isEmpty()) {
        error("an answer without items for " + user, before);
      } else {
        answered.incrementAndGet();
      }
    } catch (ConnectException e) {
      error(e.toString(), before == State.UP ? state : before);
    } catch (IOException e) {
      boolean down = before == State.DOWN || state == State.DOWN;
      error(e.toString(), down ? State.DOWN : State.UP);
    }
  }

  private void error(String what, State expected) {
    if (expected != State.UP || closed) {
      return;
    }
    synchronized (errors) {
      if (errors.size() < ERRORS_MAX) {
        errors.add(name + ": " + what);
      }
    }
  }

  /** Says what is to be expected of the node from now on. */
  void expect(State expected) {
    state = expected;
  }

  /** Returns for how long a probe has been sent that this node does not yet know, milliseconds. */
  long staleMs() {
    Load.Probe newest = load.newestProbe();
    if (newest == null || newest.number() <= seenNumber) {
      return 0;
    }
    Load.Probe next = load.probes().get("probe/" + (seenNumber + 1));
    return next == null ? 0 : System.currentTimeMillis() - next.sentMs();
  }

  /** Returns how many requests were answered. */
  long answered() {
    return answered.get();
  }

  /** Returns and forgets the errors since it was last asked. */
  List<String> takeErrors() {
    synchronized (errors) {
      List<String> taken = List.copyOf(errors);
      errors.clear();
      return taken;
    }
  }

  /** Returns the scores of many items after a history: two equal tables give equal ones. */
  Map<String, Double> scores(List<String> history) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    history.forEach(body.putArray("history")::add);
    body.put("count", 1000);
    Map<String, Double> scores = new HashMap<>();
    for (JsonNode item : post("/recommendations", body).path("items")) {
      scores.put(item.path("item").asText(), item.path("score").asDouble());
    }
    return scores;
  }

  /** Returns what this node says that it serves. */
  JsonNode versions() throws IOException, InterruptedException {
    return get("/versions");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
  }

  private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode() + ": " + shorten(response.body()));
    }
    return JSON.readTree(response.body());
  }

  private static String shorten(@Nullable String text) {
    return text == null || text.length() <= 200 ? String.valueOf(text) : text.substring(0, 200);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
