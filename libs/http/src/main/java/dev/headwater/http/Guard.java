package dev.headwater.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.access.Gate;
import dev.headwater.access.Principal;
import dev.headwater.access.Quotas;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.UnauthenticatedException;

/**
 * Asks every request who sends it, before anything else is done for it.
 *
 * <p>401 {@code unauthenticated} without good credentials; 403 {@code forbidden} when the role is
 * not enough, or the route is about all domains and the key is not; 404 {@code unknown_domain} for
 * a domain that the key may not name, in the words of a domain that does not exist, so that nobody
 * learns who else is served here; 429 {@code quota_exceeded} with {@code Retry-After}.
 */
final class Guard {
  private static final String API_KEY = "x-api-key";

  private final Gate gate;
  private final Quotas quotas;

  Guard(Gate gate, Quotas quotas) {
    this.gate = gate;
    this.quotas = quotas;
  }

  /** Returns who calls; whether it may is for {@link #permit} to say. */
  Principal identify(RequestHeaders headers, ApiRoute route) {
    return route.role() == null ? Principal.ANYONE : authenticated(headers);
  }

  /**
   * Refuses a caller who may not use this route now.
   *
   * @param ofNode whether a neighbour says that it speaks for a client: what that asks was taken
   *     from the quotas where it came in
   */
  void permit(Principal caller, ServiceRequestContext context, ApiRoute route, boolean ofNode) {
    Role role = route.role();
    if (role == null) {
      return;
    }
    if (!caller.role().covers(role)) {
      throw ApiException.forbidden(role, "this needs role " + role.text());
    }
    String domain = domain(context);
    if (route.acrossDomains() && !caller.everyDomain()) {
      throw ApiException.forbidden(role, "this is about all domains, the key is for some only");
    }
    if (!route.acrossDomains() && !route.filtered() && !caller.mayName(domain)) {
      throw ApiException.unknownDomain();
    }
    if (!ofNode || !caller.role().covers(Role.OPERATOR)) {
      spend(caller, domain, Rates.Kind.REQUESTS, 1);
    }
  }

  private Principal authenticated(RequestHeaders headers) {
    try {
      return gate.admit(headers.get(HttpHeaderNames.AUTHORIZATION), headers.get(API_KEY));
    } catch (UnauthenticatedException e) {
      throw ApiException.unauthenticated(e);
    }
  }

  /** Takes from the quotas, or refuses with 429. */
  void spend(Principal caller, String domain, Rates.Kind kind, int count) {
    int wait = quotas.take(caller, domain, kind, count);
    if (wait > 0) {
      throw ApiException.quotaExceeded(kind, wait);
    }
  }

  static String domain(ServiceRequestContext context) {
    String domain = context.pathParam("domain");
    return domain == null ? "" : domain;
  }
}
