package dev.headwater.chaos;

import dev.headwater.client.DomainClient;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.client.answers.Recommendations;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Asks one serving node the whole time, as a shop would: a fault elsewhere must not show in its
 * answers. Every other request is for the user of the newest probe, which tells how fresh the node
 * is. Thread-safe.
 */
final class Answers implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long PAUSE_MS = 60;
  private static final int ERRORS_MAX = 1_000;

  private final String name;
  private final HeadwaterClient shop;
  private final DomainClient domain;
  private final Load load;
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
    NodeClient node =
        NodeClient.at(URI.create("http://127.0.0.1:" + port))
            .with(Retries.NONE)
            .with(Timeouts.of(TIMEOUT));
    this.shop = node.shop(domain);
    this.domain = node.domain(domain);
    this.load = load;
    thread = new Thread(this::run, "answers-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  String name() {
    return name;
  }

  /** Returns the way to this node. */
  HeadwaterClient shop() {
    return shop;
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

  private void ask() {
    Load.Probe newest = load.newestProbe();
    if (newest == null) {
      return;
    }
    State before = state;
    String user = asked.incrementAndGet() % 2 == 0 ? newest.user() : "u" + asked.get() % 500 + "-0";
    try {
      Recommendations answer = shop.forUser(user, Wish.of(10));
      Recommendations.BasedOn basedOn = answer.basedOn();
      Load.Probe seen = basedOn == null ? null : load.probes().get(basedOn.eventId());
      if (seen != null && seen.number() > seenNumber) {
        seenNumber = seen.number();
      }
      if (answer.items().isEmpty()) {
        error("an answer without items for " + user, before);
      } else {
        answered.incrementAndGet();
      }
    } catch (HeadwaterException e) {
      boolean down = before == State.DOWN || state == State.DOWN;
      State expected = down ? State.DOWN : State.UP;
      boolean refused = e.getCause() instanceof ConnectException;
      error(e.toString(), refused && !down ? drainingOr(before) : expected);
    }
  }

  /** A node that drains by now, or did when it was asked, may refuse a connection. */
  private State drainingOr(State before) {
    return before == State.UP ? state : before;
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
  Map<String, Float> scores(List<String> history) {
    return shop.forHistory(history, Wish.of(1_000)).items().stream()
        .collect(Collectors.toMap(Recommendations.Item::item, Recommendations.Item::score));
  }

  /** Returns what this node says that it serves. */
  DomainVersions versions() {
    return domain.versions();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
