package dev.headwater.serving.http;

import dev.headwater.client.answers.FoundUsers;
import dev.headwater.client.answers.FoundUsers.FoundUser;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.users.UserState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * {@code GET /v1/domains/{domain}/users?prefix=al&count=20}: known users whose identifier begins
 * so, those with the newest event first, as {@code {"known": 3, "users": [{user, items,
 * event_time}]}}; {@code known} counts all users of the domain, {@code items} the length of the
 * history. 400 {@code bad_count}; 404 {@code unknown_domain}.
 */
final class FindUsers implements Endpoint {
  private static final int COUNT_DEFAULT = 20;

  private final Domains domains;
  private final ServingLimits limits;

  FindUsers(Domains domains, ServingLimits limits) {
    this.domains = domains;
    this.limits = limits;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("prefix", "count"));
    int max = limits.countMax();
    int count = request.integer("count", Math.min(COUNT_DEFAULT, max), 1, max);
    String prefix = request.optionalText("prefix");
    Domain domain = request.domain(domains::find);
    PriorityQueue<Map.Entry<String, UserState>> newest =
        new PriorityQueue<>(Comparator.comparingLong(each -> each.getValue().eventTimeMs()));
    domain
        .users()
        .forEach(
            (user, state) -> {
              if (prefix == null || user.startsWith(prefix)) {
                newest.add(Map.entry(user, state));
                if (newest.size() > count) {
                  newest.poll();
                }
              }
            });
    List<FoundUser> users =
        newest.stream()
            .map(each -> user(each.getKey(), each.getValue()))
            .sorted(Comparator.comparingLong(FoundUser::eventTime).reversed())
            .toList();
    return new FoundUsers(domain.users().size(), users);
  }

  private static FoundUser user(String name, UserState state) {
    return new FoundUser(name, state.codes().length, state.eventTimeMs());
  }
}
