package dev.headwater.serving.http;

import dev.headwater.client.answers.EffectiveConfiguration;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code GET /v1/config}: the effective configuration of this process, every key with its value,
 * secrets as {@code ***}. 200 with {@code {"config": {"serving.port": "8080", …}}}.
 */
final class Configuration implements Endpoint {
  private final EffectiveConfiguration shown;

  Configuration(Map<String, String> masked) {
    shown = new EffectiveConfiguration(new TreeMap<>(masked));
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    return shown;
  }
}
