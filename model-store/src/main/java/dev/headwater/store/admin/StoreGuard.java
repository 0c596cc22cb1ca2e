package dev.headwater.store.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.headwater.access.Gate;
import dev.headwater.access.Principal;
import dev.headwater.access.Role;
import dev.headwater.access.UnauthenticatedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every caller of the operator's interface who it is. To look needs role {@code read}; to
 * change something, and to take a copy of the tables, {@code operator}. Everything here is about
 * all domains, so a key for some of them is not enough. Only {@code GET /v1/health} needs no key.
 */
final class StoreGuard {
  private static final Logger AUDIT = LoggerFactory.getLogger("headwater.audit");
  private static final String HEALTH = "/v1/health";
  private static final String SNAPSHOTS = "/v1/snapshots";
  private static final String ROWS = "/v1/rows";

  private final Gate gate;

  /** A caller who may not do what it asks for. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String challenge;

    RefusedException(int status, String code, String challenge, String detail) {
      super(detail, null, false, false);
      this.status = status;
      this.code = code;
      this.challenge = challenge;
    }

    int status() {
      return status;
    }

    String code() {
      return code;
    }

    /** Returns the value of header {@code WWW-Authenticate}. */
    String challenge() {
      return challenge;
    }
  }

  StoreGuard(Gate gate) {
    this.gate = gate;
  }

  /** Returns who calls and may, or throws {@link RefusedException}. */
  Principal admit(HttpExchange exchange, String path) {
    boolean get = exchange.getRequestMethod().equals("GET");
    if (get && path.equals(HEALTH)) {
      return Principal.ANYONE;
    }
    boolean copies = path.startsWith(SNAPSHOTS) || path.equals(ROWS);
    Role needed = get && !copies ? Role.READ : Role.OPERATOR;
    Principal caller = authenticated(exchange.getRequestHeaders());
    if (!caller.role().covers(needed)) {
      throw forbidden(needed, "this needs role " + needed.text());
    }
    if (!caller.everyDomain()) {
      throw forbidden(needed, "the store answers about all domains, the key is for some only");
    }
    if (needed == Role.OPERATOR) {
      AUDIT.info("store: {} {} by={}", exchange.getRequestMethod(), plain(path), caller.name());
    }
    return caller;
  }

  private static RefusedException forbidden(Role needed, String detail) {
    return new RefusedException(
        403,
        "forbidden",
        "Bearer realm=\"headwater\", error=\"insufficient_scope\", scope=\"%s\""
            .formatted(needed.text()),
        detail);
  }

  private Principal authenticated(Headers headers) {
    try {
      return gate.admit(headers.getFirst("Authorization"), headers.getFirst("X-API-Key"));
    } catch (UnauthenticatedException e) {
      throw new RefusedException(
          401, "unauthenticated", e.challenge(), String.valueOf(e.getMessage()));
    }
  }

  private static String plain(String path) {
    return path.replaceAll("[^A-Za-z0-9._/-]", "?");
  }
}
