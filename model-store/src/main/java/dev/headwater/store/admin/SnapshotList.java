package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.snapshot.Snapshots;
import java.util.Map;
import java.util.Set;

/** {@code GET /v1/snapshots}: the names of those kept here, oldest first: {@code {"snapshots"}}. */
record SnapshotList(Snapshots snapshots) implements Endpoint {
  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    return Map.of("snapshots", snapshots.ids());
  }
}
