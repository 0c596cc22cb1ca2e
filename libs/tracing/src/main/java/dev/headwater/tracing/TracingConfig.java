package dev.headwater.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go, and how many traces begin.
 *
 * @param endpoint OTLP over HTTP, for example {@code http://localhost:4318/v1/traces}; null: no
 *     spans are made
 * @param sampleRatio share of clicks and requests without {@code traceparent} that begin a trace, 0
 *     to 1; with one, its sampled flag decides
 */
public record TracingConfig(@Nullable URI endpoint, double sampleRatio) implements Tracing.Opener {
  private static final long serialVersionUID = 1L;

  /** No spans. */
  public static final TracingConfig OFF = new TracingConfig(null, 0);

  /** Short, so that a person who clicked and then looks finds something. */
  private static final Duration EXPORT_EVERY = Duration.ofSeconds(1);

  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);

  /** More, because a collector is away, are dropped. */
  private static final int WAITING_MAX = 8_192;

  private static final long CLOSE_S = 5;

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
    if (endpoint == null) {
      return Tracing.OFF;
    }
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(AttributeKey.stringKey("service.name"), service))))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampleRatio)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(endpoint.toString())
                            .setTimeout(EXPORT_TIMEOUT)
                            .build())
                    .setScheduleDelay(EXPORT_EVERY)
                    .setMaxQueueSize(WAITING_MAX)
                    .build())
            .build();
    return Tracing.of(provider, () -> provider.shutdown().join(CLOSE_S, TimeUnit.SECONDS));
  }
}
