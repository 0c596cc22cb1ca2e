package dev.headwater.tracing;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes tracing by OpenTelemetry's own reading of its variables: the environment ({@code
 * OTEL_EXPORTER_OTLP_ENDPOINT}), then system properties of the same names ({@code
 * otel.exporter.otlp.endpoint}), win over Headwater's configuration, value by value. Two things
 * differ from the specification's defaults: nothing is sent where nobody named a collector or an
 * exporter, and the share of traces that begin is the configuration's where no sampler is named.
 */
final class Environment {
  private static final String DISABLED = "otel.sdk.disabled";
  private static final String EXPORTER = "otel.traces.exporter";
  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
  private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
  private static final String SAMPLER = "otel.traces.sampler";
  private static final String RESOURCE = "otel.resource.attributes";
  private static final String SERVICE_NAME = "service.name";
  private static final long CLOSE_S = 5;

  private Environment() {}

  static Tracing open(TracingConfig config, String service) {
    AtomicBoolean isOn = new AtomicBoolean();
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(Environment::ours)
            .addPropertiesCustomizer(said -> rest(config, service, said, isOn))
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    if (!isOn.get()) {
      sdk.close();
      return Tracing.OFF;
    }
    return Tracing.of(
        sdk.getSdkTracerProvider(), () -> sdk.shutdown().join(CLOSE_S, TimeUnit.SECONDS));
  }

  /** What holds where the environment says nothing. */
  private static Map<String, String> ours() {
    return Map.of(
        "otel.metrics.exporter", "none",
        "otel.logs.exporter", "none",
        "otel.exporter.otlp.protocol", "http/protobuf",
        // Short, so that a person who clicked and then looks finds something.
        "otel.bsp.schedule.delay", "1000",
        // More, because a collector is away, are dropped.
        "otel.bsp.max.queue.size", "8192",
        "otel.exporter.otlp.timeout", "5000");
  }

  /** What holds where the environment does not say something else that stands for it. */
  private static Map<String, String> rest(
      TracingConfig config, String service, ConfigProperties said, AtomicBoolean isOn) {
    Map<String, String> more = new HashMap<>();
    boolean isNamed = has(said, TRACES_ENDPOINT) || has(said, ENDPOINT);
    boolean sends = isNamed || has(said, EXPORTER) || config.endpoint() != null;
    if (!sends) {
      more.put(EXPORTER, "none");
    } else if (!isNamed && config.endpoint() != null) {
      more.put(TRACES_ENDPOINT, config.endpoint().toString());
    }
    if (!has(said, SAMPLER)) {
      more.put(SAMPLER, "parentbased_traceidratio");
      more.put("otel.traces.sampler.arg", Double.toString(config.sampleRatio()));
    }
    if (!has(said, "otel.service.name") && !said.getMap(RESOURCE).containsKey(SERVICE_NAME)) {
      more.put("otel.service.name", service);
    }
    isOn.set(
        sends && !said.getBoolean(DISABLED, false) && !"none".equals(said.getString(EXPORTER)));
    return more;
  }

  private static boolean has(ConfigProperties said, String name) {
    String value = said.getString(name);
    return value != null && !value.isBlank();
  }
}
