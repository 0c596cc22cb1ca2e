package dev.headwater.serving.http;

import dev.headwater.client.answers.ItemStatusList;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.status.ItemStatuses;
import java.util.List;
import java.util.Set;

/**
 * {@code POST /v1/domains/{domain}/items/status} with {@code {"items": ["a", "b"]}}: the statuses
 * of several items at once, in the order asked, as {@code {"items": [status…]}}. For clients that
 * wait for items to become visible. Problems as for a posted history.
 */
final class ManyItemStatuses implements Endpoint {
  private final Domains domains;
  private final ItemStatuses statuses;
  private final ServingLimits limits;

  ManyItemStatuses(Domains domains, ItemStatuses statuses, ServingLimits limits) {
    this.domains = domains;
    this.statuses = statuses;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    List<String> items = request.body(Set.of("items")).ids("items", limits.countMax(), true);
    return new ItemStatusList(items.stream().map(item -> statuses.of(domain, item)).toList());
  }
}
