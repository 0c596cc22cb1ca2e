package dev.headwater.serving.http;

import dev.headwater.client.answers.RefusedItems;
import dev.headwater.client.answers.RefusedItems.RefusedItem;
import dev.headwater.client.answers.Rejection;
import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Rejections;
import java.util.Map;
import java.util.Set;

/**
 * {@code GET /v1/domains/{domain}/items/rejected?count=20}: items whose last record was refused,
 * the newest refusal first, as {@code {"items": [{item, reason, detail, time_ms}]}}. 400 {@code
 * bad_count}; 404 {@code unknown_domain}.
 */
final class RejectedItems implements Endpoint {
  private static final int COUNT_DEFAULT = 20;

  private final Domains domains;
  private final Rejections rejections;
  private final ServingLimits limits;

  RejectedItems(Domains domains, Rejections rejections, ServingLimits limits) {
    this.domains = domains;
    this.rejections = rejections;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("count"));
    int max = limits.countMax();
    int count = request.integer("count", Math.min(COUNT_DEFAULT, max), 1, max);
    String domain = request.domain(domains::find).name();
    return new RefusedItems(
        rejections.newest(key -> key.startsWith(domain + "/"), count).stream()
            .map(RejectedItems::item)
            .toList());
  }

  private static RefusedItem item(Map.Entry<String, Rejection> each) {
    Rejection why = each.getValue();
    return new RefusedItem(id(each.getKey()), why.reason(), why.detail(), why.timeMs());
  }

  private static String id(String key) {
    try {
      return Keys.parse(key).id();
    } catch (RejectedRecordException e) {
      return key;
    }
  }
}
