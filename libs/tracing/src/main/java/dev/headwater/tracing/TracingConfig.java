package dev.headwater.tracing;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go, and how many traces begin, as the configuration says; the environment's {@code
 * OTEL_*} variables win over it ({@link Environment}).
 *
 * @param endpoint OTLP over HTTP, for example {@code http://localhost:4318/v1/traces}; null: no
 *     spans are made, unless the environment names a collector
 * @param sampleRatio share of clicks and requests without {@code traceparent} that begin a trace, 0
 *     to 1; with one, its sampled flag decides
 */
public record TracingConfig(@Nullable URI endpoint, double sampleRatio) implements Tracing.Opener {
  private static final long serialVersionUID = 1L;

  /** No spans. */
  public static final TracingConfig OFF = new TracingConfig(null, 0);

  /** Checks the values. */
  public TracingConfig {
    if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
      throw new IllegalArgumentException("tracing.sample-ratio must be 0 to 1");
    }
    if (endpoint != null && !String.valueOf(endpoint.getScheme()).matches("https?")) {
      throw new IllegalArgumentException("tracing.endpoint must begin with http:// or https://");
    }
  }

  @Override
  public Tracing open(String service) {
    return Environment.open(this, service);
  }
}
