package dev.headwater.serving.nodes;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts how other nodes answer. Thread-safe. */
public final class CallMetrics {
  private final Counter hedges;
  private final Counter failures;
  private final Counter missing;
  private final Counter handedOn;

  /** Registers the meters. */
  public CallMetrics(MeterRegistry registry, Members members) {
    hedges =
        Counter.builder("headwater.serving.shard.hedges")
            .description("questions that another replica was asked as well, for one was slow")
            .register(registry);
    failures =
        Counter.builder("headwater.serving.shard.failures")
            .description("questions that a replica did not answer")
            .register(registry);
    missing =
        Counter.builder("headwater.serving.shard.missing")
            .description("questions that no replica of a shard answered")
            .register(registry);
    handedOn =
        Counter.builder("headwater.serving.shard.handed.on")
            .description("requests that were handed to the node that holds the user")
            .register(registry);
    Gauge.builder("headwater.serving.shard.nodes", members, Members::size)
        .description("nodes that this node hears")
        .register(registry);
    Gauge.builder("headwater.serving.shard.generation", members, CallMetrics::generation)
        .description("generation of the division that serves; 0 while none does")
        .register(registry);
    Gauge.builder("headwater.serving.shard.unheld", members, CallMetrics::unheld)
        .description("shards that no node holds that is ready")
        .register(registry);
  }

  private static double generation(Members members) {
    Division serving = members.serving();
    return serving == null ? 0 : serving.generation();
  }

  private static double unheld(Members members) {
    Division serving = members.serving();
    return serving == null ? 0 : serving.missing();
  }

  void onHedge() {
    hedges.increment();
  }

  void onFailure() {
    failures.increment();
  }

  void onMissing() {
    missing.increment();
  }

  /** A request was handed on. */
  public void onHandedOn() {
    handedOn.increment();
  }
}
