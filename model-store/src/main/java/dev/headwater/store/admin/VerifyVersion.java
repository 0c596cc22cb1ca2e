package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.table.SealedVersion;
import java.time.Duration;
import java.util.Set;

/**
 * {@code GET /v1/verify?version=V}: a version's checksum worked out again from its rows: {@code
 * {version, ok, rows, expectedRows, checksum, expectedChecksum, firstDifference, ms}}. It reads
 * every row, one such question after the other. 400 {@code bad_version}; 404 {@code
 * unknown_version}; 503 {@code overloaded}.
 */
record VerifyVersion(StoreEngine engine) implements Endpoint {
  private static final Duration TIME_MAX = Duration.ofMinutes(10);

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("version"));
    SealedVersion version = Versions.of(engine, Versions.number(request, "version"), null);
    request.mayTake(TIME_MAX);
    return request.scan(() -> Verification.of(engine.store(), version));
  }
}
