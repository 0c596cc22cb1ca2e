package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.SealedVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * {@code POST /v1/seal} with {@code {}}: seals, judges and announces now, beside the interval:
 * {@code {"sealed": [version]}}.
 */
record SealNow(StoreEngine engine) implements Endpoint {
  private static final Duration TIME_MAX = Duration.ofMinutes(5);

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    request.body(Set.of());
    request.mayTake(TIME_MAX);
    return Map.of("sealed", engine.runCycle().stream().map(SealedVersion::version).toList());
  }
}
