package dev.headwater.serving.http;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Later;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.store.admin.StoreCall;
import java.time.Duration;
import java.util.Set;

/**
 * {@code POST /v1/domains/{domain}/pin} with {@code {"version": 7, "why": "…", "who": "…"}}, {@code
 * POST …/rollback} with the same, {@code POST …/unpin} with {@code {"why": "…", "who": "…"}}: calls
 * of an operator, forwarded to the model store, which owns versions. Where callers need a key,
 * {@code who} is the key's name, and the body need not name anybody.
 *
 * <p>200 with what the store answered; 400 {@code bad_version, bad_why, bad_who}; 409 {@code
 * store_refused} with the store's reason; 503 {@code store_not_configured, store_busy,
 * store_unreachable, log_unavailable}; 504 {@code order_unconfirmed} after two minutes.
 */
final class OperatorCall implements Endpoint {
  private static final int TEXT_MAX = 500;

  /** The store's refusal still reaches the caller. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Kind kind;
  private final Domains domains;
  private final StoreCalls store;

  /** Which call. */
  enum Kind {
    PIN,
    UNPIN,
    ROLLBACK
  }

  OperatorCall(Kind kind, Domains domains, StoreCalls store) {
    this.kind = kind;
    this.domains = domains;
    this.store = store;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    boolean versioned = kind != Kind.UNPIN;
    BodyReader body =
        request.body(versioned ? Set.of("version", "why", "who") : Set.of("why", "who"));
    long version = versioned ? body.integer64("version") : 0;
    String why = body.words("why", TEXT_MAX);
    String who = request.who(body);
    request.mayTake(StoreCalls.ORDER_MAX.plus(MARGIN));
    return new Later(
        store.order(
            switch (kind) {
              case PIN -> StoreCall.pin(domain.name(), version, why, who);
              case UNPIN -> StoreCall.unpin(domain.name(), why, who);
              case ROLLBACK -> StoreCall.rollback(domain.name(), version, why, who);
            }));
  }
}
