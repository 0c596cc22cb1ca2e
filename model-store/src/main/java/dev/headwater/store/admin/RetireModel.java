package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import java.util.Map;
import java.util.Set;

/**
 * {@code POST /v1/retire} with {@code {domain, model, why, who}}: ends all rows of a bundle that is
 * not the domain's, for good, and forgets its versions: {@code {domain, model, rows}}. 400 {@code
 * bad_domain, bad_model, bad_why, bad_who, bad_request} (the domain is served from it); 404 {@code
 * unknown_table}; 409 {@code not_primary, not_ready} (an item of it has no row under the domain's
 * bundle yet); 503 {@code log_unavailable}.
 */
record RetireModel(StoreEngine engine) implements Endpoint {

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    BodyReader body = request.body(Set.of("domain", "model", "why", "who"));
    String domain = body.words("domain", Texts.MAX);
    String model = body.words("model", Texts.MAX);
    String why = body.words("why", Texts.MAX);
    String who = request.who(body);
    request.mayTake(StoreCall.DONE_MAX);
    return Map.of("domain", domain, "model", model, "rows", engine.retire(domain, model, why, who));
  }
}
