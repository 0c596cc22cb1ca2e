package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** {@code GET /metrics}: all meters of the process in Prometheus' text format. */
final class PrometheusMetrics implements Endpoint {
  private static final MediaType TEXT = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  private final PrometheusMeterRegistry registry;

  PrometheusMetrics(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Object handle(ApiRequest request) {
    return new Reply(HttpStatus.OK, TEXT, HttpData.ofUtf8(registry.scrape()));
  }
}
