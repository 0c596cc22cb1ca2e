package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import java.time.Duration;
import java.util.Set;

/**
 * {@code POST /v1/snapshots} with {@code {}}: takes one of all tables as they stand and answers
 * with its manifest, one such call after the other. 409 {@code not_ready} when an item was deleted
 * meanwhile: take it again; 503 {@code overloaded}.
 */
record TakeSnapshot(LiveSnapshots snapshots) implements Endpoint {
  private static final Duration TIME_MAX = Duration.ofMinutes(10);

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    request.body(Set.of());
    request.mayTake(TIME_MAX);
    return request.scan(snapshots::take);
  }
}
