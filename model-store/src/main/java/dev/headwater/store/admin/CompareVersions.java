package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.inspect.VersionDiff;
import dev.headwater.store.table.SealedVersion;
import java.time.Duration;
import java.util.Set;

/**
 * {@code GET /v1/diff?a=A&b=B[&domain=D]}: how two versions of one table differ: {@code {from, to,
 * added, removed, changed, meanMove, maxMove, examples: [{item, move}]}}. It reads what was touched
 * between the two, one such question after the other. 400 {@code bad_a, bad_b, bad_request}; 404
 * {@code unknown_version}, also for a version of another domain than the one named; 503 {@code
 * overloaded}.
 */
record CompareVersions(StoreEngine engine) implements Endpoint {
  private static final Duration TIME_MAX = Duration.ofMinutes(5);

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("a", "b", "domain"));
    String domain = request.optionalText("domain");
    SealedVersion a = Versions.of(engine, Versions.number(request, "a"), domain);
    SealedVersion b = Versions.of(engine, Versions.number(request, "b"), domain);
    request.mayTake(TIME_MAX);
    return request.scan(() -> VersionDiff.between(engine.store(), a, b));
  }
}
