package dev.headwater.serving;

import dev.headwater.client.answers.Readiness;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.serving.follow.Progress;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a node may get traffic: it has the topics, every domain that a model was
 * announced for has it, and the code that answers is warm. A domain without an announced model has
 * nothing to wait for and keeps nobody else's traffic away; but a node with no model at all is not
 * ready. Thread-safe.
 */
final class NodeReadiness {
  private final Domains domains;
  private final Progress progress;
  private final Duration staleMax;
  private volatile Supplier<@Nullable String> lacking = () -> null;
  private volatile boolean draining;
  private volatile boolean cold;

  /**
   * Creates it.
   *
   * @param staleMax how far behind the topics the node may be while brokers answer; zero: any.
   *     While none does all nodes know the same, and no other could answer better
   */
  NodeReadiness(Domains domains, Progress progress, Duration staleMax) {
    this.domains = domains;
    this.progress = progress;
    this.staleMax = staleMax;
  }

  /** Returns what stopped the following of topics, null while all are followed. */
  @Nullable Exception failure() {
    return progress.failure();
  }

  /** Not ready until {@link #warm}, whatever else is there. */
  void cold() {
    cold = true;
  }

  /** Its code is compiled. */
  void warm() {
    cold = false;
  }

  /** Tells whether nothing is missing but what makes it warm. */
  boolean isLoaded() {
    return progress.failure() == null && missing().isEmpty();
  }

  /** Something beside this node may be missing: it says what. */
  void alsoWaitsFor(Supplier<@Nullable String> lack) {
    lacking = lack;
  }

  /** Tells whether this node can answer for its part, whatever others lack and be it draining. */
  boolean isServing() {
    return !cold && progress.failure() == null && missingHere().isEmpty();
  }

  /** Not ready from now on: the node is about to end. */
  void drain() {
    draining = true;
  }

  Readiness now() {
    List<String> missing = missing();
    if (missing.isEmpty() && cold) {
      missing.add("its code to be compiled");
    }
    String others = missing.isEmpty() ? lacking.get() : null;
    if (others != null) {
      missing.add(others);
    }
    Exception failure = progress.failure();
    return new Readiness(
        missing.isEmpty() && failure == null,
        progress.fractionLoaded(),
        progress.staleness().toMillis() / 1_000.0,
        missing,
        failure == null ? null : failure.toString());
  }

  private List<String> missing() {
    List<String> missing = missingHere();
    if (draining) {
      missing.add("nothing: it is about to end");
    }
    return missing;
  }

  private List<String> missingHere() {
    List<String> missing = new ArrayList<>();
    if (progress.fractionLoaded() < 1) {
      missing.add("the topics");
    } else if (!staleMax.isZero() && progress.behind().compareTo(staleMax) > 0) {
      missing.add("the topics, which it is too far behind");
    }
    models(missing);
    return missing;
  }

  private void models(List<String> missing) {
    List<Domain> all = List.copyOf(domains.all());
    if (all.isEmpty()) {
      missing.add("a first domain");
    } else if (!progress.isAnnounced()) {
      missing.add("what is announced");
    }
    boolean some = all.stream().anyMatch(domain -> domain.view() != null);
    for (Domain domain : all) {
      AnnouncedState announced = domain.announced();
      if (domain.view() == null && (announced != null || !some)) {
        missing.add(missing(domain.name(), announced));
      }
    }
  }

  private static String missing(String domain, @Nullable AnnouncedState announced) {
    if (announced == null) {
      return "an announced model of domain " + domain;
    }
    return announced.pinned()
        ? "version %d, at which domain %s is pinned".formatted(announced.announcedVersion(), domain)
        : "the announced model of domain " + domain;
  }
}
