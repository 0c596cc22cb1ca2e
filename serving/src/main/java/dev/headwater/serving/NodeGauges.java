package dev.headwater.serving;

import dev.headwater.serving.follow.Following;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.RocksUsers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The figures of a node as a whole. */
final class NodeGauges {
  private NodeGauges() {}

  static void register(
      MeterRegistry registry, Following following, NodeState state, NodeReadiness readiness) {
    Gauge.builder("headwater.serving.loaded.fraction", following, Following::fractionLoaded)
        .register(registry);
    Gauge.builder("headwater.serving.lag.records", following, Following::lagRecords)
        .register(registry);
    Gauge.builder("headwater.serving.staleness.seconds", following, NodeGauges::staleness)
        .description("how far the follower that is furthest behind its topics is behind")
        .register(registry);
    Gauge.builder("headwater.serving.ready", readiness, is -> is.now().ready() ? 1 : 0)
        .description("1 when this node may get traffic")
        .register(registry);
    Domains domains = state.domains();
    Gauge.builder("headwater.serving.items.live", domains, sum(NodeGauges::items))
        .register(registry);
    Gauge.builder("headwater.serving.ranker.clicks", domains, sum(NodeGauges::rankerClicks))
        .description("clicks that the weights in use were learned from")
        .register(registry);
    Gauge.builder("headwater.serving.users.waiting", domains, NodeGauges::waiting)
        .description("histories that wait to be encoded in the background")
        .register(registry);
    Gauge.builder("headwater.serving.users.known", domains, sum(domain -> domain.users().size()))
        .register(registry);
    register(registry, state.usersOnDisk());
  }

  private static void register(MeterRegistry registry, @Nullable RocksUsers onDisk) {
    if (onDisk != null) {
      Gauge.builder("headwater.serving.users.on.disk", onDisk, RocksUsers::size).register(registry);
      Gauge.builder("headwater.serving.users.forgotten", onDisk, RocksUsers::refused)
          .register(registry);
    }
  }

  private static ToDoubleFunction<Domains> sum(ToDoubleFunction<Domain> ofOne) {
    return domains -> domains.all().stream().mapToDouble(ofOne).sum();
  }

  private static double items(Domain domain) {
    View view = domain.view();
    return view == null ? 0 : view.table().vectors().size();
  }

  private static double rankerClicks(Domain domain) {
    View view = domain.view();
    Experts experts = view == null ? null : view.table().experts();
    return experts == null ? 0 : experts.ranker().weights().steps();
  }

  /** Domains of one bundle share its encoder. */
  private static double waiting(Domains domains) {
    return domains.all().stream()
        .flatMap(domain -> domain.views().stream())
        .map(view -> view.users().encoder())
        .distinct()
        .mapToInt(BatchingEncoder::waitingInBackground)
        .sum();
  }

  private static double staleness(Following following) {
    return following.staleness().toMillis() / 1_000.0;
  }
}
