package dev.headwater.serving.http;

import dev.headwater.client.answers.Denial;
import dev.headwater.client.answers.DenialDone;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Later;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/domains/{domain}/deny} with {@code {"items": ["a"], "why": "…", "who": "…"}}: no
 * answer holds these items any more, on this node before this call returns, on the others when they
 * read it from the log, and after a restart as well. {@code POST …/allow} with the same takes it
 * back. An item that does not exist yet may be denied. Where callers need a key, {@code who} is the
 * key's name, and the body need not name anybody.
 *
 * <p>200 with {@code {"items": 1, "denied": 3}}, the second counting all denied items of the
 * domain; 400 {@code bad_items, bad_why, bad_who}; 503 {@code log_unavailable}: nothing changed.
 */
final class DenyCall implements Endpoint {
  private static final int ITEMS_MAX = 1_000;
  private static final int TEXT_MAX = 500;

  private final Domains domains;
  private final DenyList list;
  private final boolean denies;

  DenyCall(Domains domains, DenyList list, boolean denies) {
    this.domains = domains;
    this.list = list;
    this.denies = denies;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    BodyReader body = request.body(Set.of("items", "why", "who"));
    List<String> items = body.ids("items", ITEMS_MAX, true);
    String why = body.text("why", TEXT_MAX);
    String who = request.who(body);
    Denial denial = denies ? new Denial(why, who, System.currentTimeMillis()) : null;
    CompletableFuture<?>[] written =
        items.stream()
            .map(
                item -> {
                  request.requireTime();
                  return list.write(domain.name(), item, denial);
                })
            .toArray(CompletableFuture[]::new);
    return new Later(
        CompletableFuture.allOf(written)
            .thenApply(
                done -> {
                  items.forEach(item -> domain.deny(domain.ids().code(item), denial));
                  return new DenialDone(items.size(), domain.denied());
                }));
  }
}
