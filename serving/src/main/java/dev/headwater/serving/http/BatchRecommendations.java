package dev.headwater.serving.http;

import dev.headwater.client.answers.RecommendationsByUser;
import dev.headwater.client.answers.RecommendationsByUser.OfUser;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * {@code POST /v1/domains/{domain}/users/recommendations} with {@code {"users": ["ann", "bob"]}}
 * and the fields of a posted history's query: answers for up to a hundred users at once, in the
 * order asked, as {@code {"answers": [{"user": …, "recommendations": …}]}}. Problems as there, and
 * {@code bad_users}.
 */
final class BatchRecommendations implements Endpoint {
  static final int USERS_MAX = 100;
  private static final Set<String> FIELDS = Queries.fieldsAnd("users");

  private final Domains domains;
  private final Recommender recommender;
  private final ServingLimits limits;

  BatchRecommendations(Domains domains, Recommender recommender, ServingLimits limits) {
    this.domains = domains;
    this.recommender = recommender;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    BodyReader body = request.body(FIELDS);
    List<String> users = body.ids("users", USERS_MAX, true);
    Query query = Queries.of(body, limits);
    return Lanes.answer(request, query, threads -> batch(domain, users, query, threads));
  }

  private CompletableFuture<RecommendationsByUser> batch(
      Domain domain, List<String> users, Query query, Executor threads) {
    List<CompletableFuture<OfUser>> answers =
        users.stream()
            .map(
                user ->
                    recommender
                        .forUser(domain, user, query, threads)
                        .thenApply(answer -> new OfUser(user, answer)))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                new RecommendationsByUser(answers.stream().map(CompletableFuture::join).toList()));
  }
}
