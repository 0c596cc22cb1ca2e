package dev.headwater.serving.http;

import dev.headwater.client.answers.HistoryOfUser;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.users.UserState;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code GET /v1/domains/{domain}/users/{user}/history}: what this node knows of a user, as {@code
 * {"user", "known", "items": ["a", "b"], "disliked": ["c"], "based_on": {event_id, event_time}}},
 * liked items oldest first, disliked ones the latest first. 200 for any user; an unknown one has
 * {@code known: false} and no items. 404 {@code unknown_domain}.
 */
final class KnownHistory implements Endpoint {
  private final Domains domains;

  KnownHistory(Domains domains) {
    this.domains = domains;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    String user = request.id("user");
    UserState state = domain.users().get(user);
    if (state == null) {
      return HistoryOfUser.unknown(user);
    }
    return new HistoryOfUser(
        user,
        true,
        names(domain, state.codes()),
        names(domain, state.disliked()),
        new Recommendations.BasedOn(state.eventId(), state.eventTimeMs()));
  }

  private static List<String> names(Domain domain, int[] codes) {
    return Arrays.stream(codes)
        .mapToObj(domain.ids()::historyId)
        .flatMap(Stream::ofNullable)
        .toList();
  }
}
