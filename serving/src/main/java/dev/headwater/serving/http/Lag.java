package dev.headwater.serving.http;

import dev.headwater.client.answers.LagReport;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code GET /v1/lag}: how late each hop is: {@code {"node", "at_ms", "interval_ms", "hops":
 * [{"domain", "path", "hop", "state", "seconds", "p50_seconds", "p99_seconds", "last_heartbeat_ms",
 * "clock_skew_ms"?}]}}. No hops while heartbeats are off ({@code interval_ms} 0).
 */
final class Lag implements Endpoint {
  private final Supplier<LagReport> lag;

  Lag(Supplier<LagReport> lag) {
    this.lag = lag;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    return lag.get();
  }
}
