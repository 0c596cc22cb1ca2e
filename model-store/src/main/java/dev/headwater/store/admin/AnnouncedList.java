package dev.headwater.store.admin;

import dev.headwater.client.answers.AnnouncedTable;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code GET /v1/announced}: what every domain serves: {@code {"announced": [{domain, model,
 * indexParameters, announced, latest, pinned, checksum, rows, generation, reason}]}}.
 */
record AnnouncedList(StoreEngine engine) implements Endpoint {
  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    List<AnnouncedTable> all = engine.book().states().stream().map(AnnouncedView::of).toList();
    return Map.of("announced", all);
  }
}
