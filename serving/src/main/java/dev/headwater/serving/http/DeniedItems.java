package dev.headwater.serving.http;

import dev.headwater.client.answers.Denial;
import dev.headwater.client.answers.DeniedItemList;
import dev.headwater.client.answers.DeniedItemList.DeniedItem;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /v1/domains/{domain}/denied?count=100}: the items that operators do not want shown, as
 * {@code {"denied": 3, "items": [{item, why, who, time_ms}]}}; {@code denied} counts all.
 */
final class DeniedItems implements Endpoint {
  private static final int COUNT_DEFAULT = 100;

  private final Domains domains;
  private final ServingLimits limits;

  DeniedItems(Domains domains, ServingLimits limits) {
    this.domains = domains;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("count"));
    Domain domain = request.domain(domains::find);
    int count =
        request.integer("count", Math.min(COUNT_DEFAULT, limits.countMax()), 1, limits.countMax());
    List<DeniedItem> items = new ArrayList<>();
    int all = domain.denied();
    for (int code = 0; code < domain.ids().size() && items.size() < Math.min(all, count); code++) {
      Denial denial = domain.denial(code);
      if (denial != null) {
        items.add(
            new DeniedItem(domain.ids().id(code), denial.why(), denial.who(), denial.timeMs()));
      }
    }
    return new DeniedItemList(all, items);
  }
}
