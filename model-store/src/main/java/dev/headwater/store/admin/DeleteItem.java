package dev.headwater.store.admin;

import dev.headwater.events.Keys;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * {@code POST /v1/deletions} with {@code {domain, item, who[, requested_ms]}}: deletes an item from
 * every version, takes it out of the files, and puts a fresh snapshot in the place of those kept
 * here, which still hold it: {@code {key, requestedBy, hopsMs: {hop: time}}}. An incarnation that
 * began after {@code requested_ms} (Unix milliseconds; absent: now) is kept. 400 {@code bad_domain,
 * bad_item, bad_who, bad_requested_ms}; 409 {@code not_primary}; 503 {@code log_unavailable}.
 */
record DeleteItem(StoreEngine engine, LiveSnapshots snapshots) implements Endpoint {
  private static final Duration TIME_MAX = Duration.ofMinutes(5);

  /** When each hop had deleted an item. */
  record Receipt(String key, String requestedBy, Map<String, Long> hopsMs) {}

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    BodyReader body = request.body(Set.of("domain", "item", "who", "requested_ms"));
    String domain = body.words("domain", Texts.MAX);
    String item = body.words("item", Texts.MAX);
    String who = request.who(body);
    Long requested = body.optionalInteger64("requested_ms");
    request.mayTake(TIME_MAX);
    Map<String, Long> hops =
        engine.delete(domain, item, requested == null ? 0 : requested, who, snapshots::retake);
    return new Receipt(Keys.of(domain, item), who, hops);
  }
}
