package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import java.util.Set;

/**
 * {@code POST /v1/models} with {@code {domain, model, who[, index_parameters]}}: makes a bundle the
 * domain's model; answers as {@code GET /v1/announced} lists the domain. 400 {@code bad_domain,
 * bad_model, bad_who}; 409 {@code not_primary}; 503 {@code log_unavailable}.
 */
record PublishModel(StoreEngine engine) implements Endpoint {
  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    BodyReader body = request.body(Set.of("domain", "model", "who", "index_parameters"));
    String domain = body.words("domain", Texts.MAX);
    String model = body.words("model", Texts.MAX);
    String parameters = body.optionalText("index_parameters");
    String who = request.who(body);
    return AnnouncedView.of(
        engine.announceModel(domain, model, parameters == null ? "" : parameters, who));
  }
}
