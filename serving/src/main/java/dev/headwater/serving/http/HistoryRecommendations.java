package dev.headwater.serving.http;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.util.List;
import java.util.Set;

/**
 * {@code POST /v1/domains/{domain}/recommendations}: what to show after a history that the caller
 * gives, for visitors without a name. Nothing is remembered.
 *
 * <p>Body, JSON: {@code {"history": ["a", "b"], "count": 10, "include_seen": false, "exclude":
 * []}}; the history oldest first, the rest optional; also {@code categories, brands, attributes,
 * explain, exact} as in the query of a user's recommendations. Another field: 400 {@code
 * unknown_field}.
 *
 * <p>200 as for a user, without {@code based_on}; {@code unknown_items} counts history items
 * without a row, which had no say, {@code text_items} those that their text stood in for. An empty
 * history, and one of unknown items only, gets {@code fallback: "popularity"}. 400 {@code
 * malformed_body, bad_history, bad_count, bad_exclude, bad_include_seen, bad_id}; 404 {@code
 * unknown_domain}; 413 {@code body_too_large}; 415 {@code wrong_content_type}; 503 {@code
 * not_ready}.
 */
final class HistoryRecommendations implements Endpoint {
  private static final Set<String> FIELDS = Queries.fieldsAnd("history");

  private final Domains domains;
  private final Recommender recommender;
  private final ServingLimits limits;

  HistoryRecommendations(Domains domains, Recommender recommender, ServingLimits limits) {
    this.domains = domains;
    this.recommender = recommender;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    BodyReader body = request.body(FIELDS);
    List<String> history = body.ids("history", limits.historyMax(), true);
    Query query = Queries.of(body, limits);
    return Lanes.answer(
        request, query, threads -> recommender.forHistory(domain, history, query, threads));
  }
}
