package dev.headwater.store.admin;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import java.util.Set;

/**
 * Calls that move a domain between its versions:
 *
 * <ul>
 *   <li>{@code POST /v1/pin} with {@code {version, why, who[, domain]}}: holds the version's domain
 *       at it; answers as {@code GET /v1/announced} lists the domain;
 *   <li>{@code POST /v1/unpin} with {@code {domain, why, who}}: lets it go on; the same answer;
 *   <li>{@code POST /v1/rollback} with {@code {version, why, who[, domain]}}: takes the table back:
 *       {@code {version, generation, rows, retracted}}.
 * </ul>
 *
 * <p>A body that names a domain beside the version means a version of that domain only. Where
 * callers need a key, {@code who} is its name. 400 {@code bad_version, bad_why, bad_who,
 * bad_domain}; 404 {@code unknown_version}; 409 {@code version_not_servable, not_primary,
 * not_ready}; 503 {@code log_unavailable}.
 */
record OperatorCall(Kind kind, StoreEngine engine) implements Endpoint {

  /** Which call. */
  enum Kind {
    PIN,
    UNPIN,
    ROLLBACK
  }

  /** The store alone does what is done by itself: nobody may make it unpin what it did not pin. */
  private static String person(String who) {
    if (who.equals(AnnouncedState.AUTOMATIC)) {
      throw ApiException.badRequest("bad_who", who + " is the name of the store itself");
    }
    return who;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    BodyReader body =
        request.body(
            kind == Kind.UNPIN
                ? Set.of("domain", "why", "who")
                : Set.of("version", "why", "who", "domain"));
    String why = body.words("why", Texts.MAX);
    String who = person(request.who(body));
    if (kind == Kind.UNPIN) {
      return AnnouncedView.of(engine.unpin(body.words("domain", Texts.MAX), why, who));
    }
    long version = body.integer64("version");
    Versions.of(engine, version, body.optionalText("domain"));
    if (kind == Kind.PIN) {
      return AnnouncedView.of(engine.pin(version, why, who));
    }
    request.mayTake(StoreCall.DONE_MAX);
    return engine.rollback(version, why, who);
  }
}
