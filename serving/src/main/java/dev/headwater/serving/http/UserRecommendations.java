package dev.headwater.serving.http;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;

/**
 * {@code GET /v1/domains/{domain}/users/{user}/recommendations?count=10}: what to show this user
 * now.
 *
 * <ul>
 *   <li>{@code count}: 1 to the limit, default 10; otherwise 400 {@code bad_count}.
 *   <li>{@code include_seen=true}: items of the history may be in the answer; default false.
 *   <li>{@code exclude=ID}, repeatable: must not be in the answer; an unknown item is no error.
 *   <li>{@code category=}, {@code brand=}, {@code attribute=name:value}, each repeatable: only such
 *       items (one of the categories, one of the brands, all of the attributes); the count stays
 *       full as long as there are enough.
 *   <li>{@code explain=true}: each item says {@code because[]} (the history items nearest to it)
 *       and, before its first click, {@code matches[]} (what lent it its embedding).
 *   <li>{@code category_cap=N}: at most N items of one category; {@code diversity=} 0 to 1: how
 *       much unlikeness counts beside the score.
 *   <li>{@code explore=} 0 to 0.5: the share of the places that items without clicks get; each item
 *       then says {@code propensity}, and {@code seed=} makes the draw the same again.
 *   <li>{@code paged=true}: the answer holds a {@code cursor}; {@code cursor=} of it asks for the
 *       next page, which repeats nothing. 400 {@code bad_cursor}.
 *   <li>{@code exact=true}: every row is looked at, also where the index would not; for checks, one
 *       after the other: 503 {@code overloaded} when too many wait.
 *   <li>Any other parameter: 400 {@code unknown_parameter}.
 * </ul>
 *
 * <p>200 with {@code recommendation_id, items[{item, score, origin}], based_on{event_id,
 * event_time}, versions{model, table, index, view}}. Where items of the history lack a row, their
 * texts stand in for them: {@code text_items} counts those, and {@code fallback: "text"} says that
 * all did. An unknown user, and one for whom nothing can stand in, gets what was taken lately:
 * {@code fallback: "popularity"}. 404 {@code unknown_domain}; 503 {@code not_ready} with {@code
 * Retry-After}.
 */
final class UserRecommendations implements Endpoint {
  private final Domains domains;
  private final Recommender recommender;
  private final ServingLimits limits;

  UserRecommendations(Domains domains, Recommender recommender, ServingLimits limits) {
    this.domains = domains;
    this.recommender = recommender;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Queries.PARAMETERS);
    Domain domain = request.domain(domains::find);
    String user = request.id("user");
    Query query = Queries.of(request, limits);
    return Lanes.answer(
        request, query, threads -> recommender.forUser(domain, user, query, threads));
  }
}
