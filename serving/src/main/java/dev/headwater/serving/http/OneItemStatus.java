package dev.headwater.serving.http;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.status.ItemStatuses;
import java.util.Set;

/**
 * {@code GET /v1/domains/{domain}/items/{item}/status}: where an item is on its way into the
 * answers, or why it is not in them. Always 200 for a known domain: {@code state} is one of {@code
 * unknown, rejected, received, published, refused, visible, denied, unavailable, deleted}.
 *
 * <p>Times of each stage in Unix milliseconds ({@code received_ms, accepted_ms, encoded_ms,
 * published_ms, visible_ms}), the {@code matches} that gave a cold item its embedding with their
 * weights, the live {@code row{origin, version{generation, epoch, step}, interactions_learned,
 * newest_event_id, newest_event_time_ms, computed_ms, published_ms, visible_ms}}, and {@code
 * rejected{reason, detail, time_ms}} when a record of it was refused.
 */
final class OneItemStatus implements Endpoint {
  private final Domains domains;
  private final ItemStatuses statuses;

  OneItemStatus(Domains domains, ItemStatuses statuses) {
    this.domains = domains;
    this.statuses = statuses;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    return statuses.of(request.domain(domains::find), request.id("item"));
  }
}
