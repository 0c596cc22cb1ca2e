package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpMethod;

/**
 * A path, its method and who answers.
 *
 * @param name in metrics
 * @param light whether it is answered at once, even when the workers are busy
 */
record ApiRoute(String name, HttpMethod method, String path, Endpoint endpoint, boolean light) {
  static ApiRoute get(String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.GET, path, endpoint, false);
  }

  static ApiRoute post(String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.POST, path, endpoint, false);
  }

  static ApiRoute delete(String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.DELETE, path, endpoint, false);
  }

  static ApiRoute light(String name, String path, Endpoint endpoint) {
    return new ApiRoute(name, HttpMethod.GET, path, endpoint, true);
  }
}
