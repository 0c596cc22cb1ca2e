package dev.headwater.serving.http;

import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;

/**
 * {@code GET /v1/domains/{domain}/items/{item}/similar?count=10&exclude=ID}: the items whose
 * embeddings point the same way, without the item itself. {@code score} is the cosine. An accepted
 * item without a live row is compared by its text, and the answer says {@code fallback: "text"}.
 *
 * <p>404 {@code unknown_item} when the item has neither (its status tells why); the rest as for a
 * user's recommendations.
 */
final class SimilarItems implements Endpoint {
  private final Domains domains;
  private final Recommender recommender;
  private final ServingLimits limits;

  SimilarItems(Domains domains, Recommender recommender, ServingLimits limits) {
    this.domains = domains;
    this.recommender = recommender;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Queries.PARAMETERS);
    Domain domain = request.domain(domains::find);
    String item = request.id("item");
    Query query = Queries.of(request, limits);
    return Lanes.answer(
        request,
        query,
        threads ->
            recommender
                .similar(domain, item, query, threads)
                .thenApply(answer -> answer.orElseThrow(SimilarItems::unknown)));
  }

  private static ApiException unknown() {
    return ApiException.notFound("unknown_item", "the item has no live embedding; see its status");
  }
}
