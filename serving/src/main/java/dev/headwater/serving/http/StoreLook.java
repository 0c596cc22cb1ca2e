package dev.headwater.serving.http;

import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Later;
import dev.headwater.serving.state.Domains;
import dev.headwater.store.admin.StoreCall;
import java.util.Set;

/**
 * What an operator may look at in the model store, forwarded to it:
 *
 * <ul>
 *   <li>{@code GET /v1/domains/{domain}/versions/kept}: {@code {"versions": [{version, model,
 *       status, announced, pinned, rows, touched, checksum, generation, sealedMs, deleted,
 *       verdicts, offsets}]}}, oldest first;
 *   <li>{@code GET …/versions/diff?a=41&b=44}: {@code {from, to, added, removed, changed, meanMove,
 *       maxMove, examples: [{item, move}]}}, in items and Euclidean distance;
 *   <li>{@code GET …/audit}: who did what, when and why: {@code {"audit": [{sequence, announcedMs,
 *       kind, version, announcedVersion, generation, who, why, verdicts}]}}, oldest first.
 * </ul>
 *
 * <p>Field names are the store's. 400 {@code bad_a, bad_b}; 404 {@code unknown_domain,
 * unknown_version}; 409 {@code store_refused}; 503 {@code store_not_configured, store_busy,
 * store_unreachable}: no later than other answers, however long the store takes.
 */
final class StoreLook implements Endpoint {
  private final Kind kind;
  private final Domains domains;
  private final StoreCalls store;

  /** What is looked at. */
  enum Kind {
    VERSIONS,
    DIFF,
    AUDIT
  }

  StoreLook(Kind kind, Domains domains, StoreCalls store) {
    this.kind = kind;
    this.domains = domains;
    this.store = store;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(kind == Kind.DIFF ? Set.of("a", "b") : Set.of());
    String domain = request.domain(domains::find).name();
    return new Later(store.ask(call(request, domain)));
  }

  private StoreCall call(ApiRequest request, String domain) {
    return switch (kind) {
      case VERSIONS -> StoreCall.versions(domain);
      case DIFF -> StoreCall.diff(domain, version(request, "a"), version(request, "b"));
      case AUDIT -> StoreCall.audit(domain);
    };
  }

  private static long version(ApiRequest request, String name) {
    Long version = request.optionalInteger64(name);
    if (version == null) {
      throw ApiException.badRequest("bad_" + name, name + " must be the number of a version");
    }
    return version;
  }
}
