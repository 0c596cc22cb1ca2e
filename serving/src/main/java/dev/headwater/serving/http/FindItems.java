package dev.headwater.serving.http;

import dev.headwater.client.answers.FoundItems;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.status.ItemSearch;
import java.util.Set;

/**
 * {@code GET /v1/domains/{domain}/items?query=wooden train&count=20}: items whose title, brand or
 * identifier holds every word of the query, whatever the case, as {@code {"items": [{item, title,
 * brand, categories, received_ms}]}}; the identifier itself comes first, then titles that begin
 * with the query. Without a query the newest items, newest first. {@code newest=true} orders what
 * was found the same way.
 *
 * <p>Every title is looked at, one such question after the other: for people who look for an item,
 * not for shoppers. 400 {@code bad_count, bad_query}; 404 {@code unknown_domain}; 503 {@code
 * overloaded} when too many wait.
 */
final class FindItems implements Endpoint {
  private static final int COUNT_DEFAULT = 20;
  private static final int QUERY_MAX = 200;

  private final Domains domains;
  private final ServingLimits limits;

  FindItems(Domains domains, ServingLimits limits) {
    this.domains = domains;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("query", "count", "newest"));
    int max = limits.countMax();
    int count = request.integer("count", Math.min(COUNT_DEFAULT, max), 1, max);
    String query = request.optionalText("query");
    if (query != null && query.length() > QUERY_MAX) {
      throw ApiException.badRequest(
          "bad_query", "query may have " + QUERY_MAX + " characters at most");
    }
    ItemSearch search = new ItemSearch(request.domain(domains::find));
    boolean newest = request.flag("newest");
    return request.scan(
        () -> new FoundItems(search.find(query == null ? "" : query, count, newest)));
  }
}
