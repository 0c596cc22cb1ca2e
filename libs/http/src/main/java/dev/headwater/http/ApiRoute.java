package dev.headwater.http;

import com.linecorp.armeria.common.HttpMethod;
import dev.headwater.access.Role;
import org.jspecify.annotations.Nullable;

/**
 * A path, its method, who may call it and who answers.
 *
 * @param name in metrics
 * @param light whether it is answered at once, even when the workers are busy
 * @param role that a caller must have at least; null: no key is asked for
 * @param filtered whether the endpoint itself keeps to the domains that the caller may name
 */
public record ApiRoute(
    String name,
    HttpMethod method,
    String path,
    Endpoint endpoint,
    boolean light,
    @Nullable Role role,
    boolean filtered) {
  /** A question that a worker answers. */
  public static ApiRoute get(Role role, String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.GET, path, endpoint, false, role, false);
  }

  /** A call with a body. */
  public static ApiRoute post(Role role, String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.POST, path, endpoint, false, role, false);
  }

  /** A call that takes something away. */
  public static ApiRoute delete(Role role, String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.DELETE, path, endpoint, false, role, false);
  }

  /** A question that is answered at once, by whoever read it: it must not wait. */
  public static ApiRoute light(Role role, String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.GET, path, endpoint, true, role, false);
  }

  /** About all domains that the caller may name, and the endpoint leaves out the others. */
  public static ApiRoute own(Role role, String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.GET, path, endpoint, false, role, true);
  }

  /** What anybody may ask, key or not: nothing of a domain and nothing of the installation. */
  public static ApiRoute open(String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.GET, path, endpoint, true, null, false);
  }

  /** Whether it is one part's question to another: many of them stand behind one answer. */
  public boolean isInternal() {
    return path.startsWith("/internal/");
  }

  /** Whether it answers about all domains at once, so that a key for some of them is not enough. */
  public boolean acrossDomains() {
    return !filtered && !path.contains("{domain}");
  }
}
