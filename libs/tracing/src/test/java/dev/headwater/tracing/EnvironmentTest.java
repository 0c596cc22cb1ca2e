package dev.headwater.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is given {@code OTEL_*} variables sends what they say, where they say. */
@Timeout(120)
class EnvironmentTest {
  private final Queue<String> paths = new ConcurrentLinkedQueue<>();
  private final Queue<String> headers = new ConcurrentLinkedQueue<>();
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private HttpServer collector;

  /** What the process does: one span of a record that carries no trace. */
  public static final class Part {
    private Part() {}

    /** Takes what the configuration says of endpoint and ratio. */
    public static void main(String[] args) {
      URI endpoint = args[0].isEmpty() ? null : URI.create(args[0]);
      try (Tracing tracing =
          new TracingConfig(endpoint, Double.parseDouble(args[1])).open("part")) {
        tracing.process(new RecordPlace("interactions", 0, 1, null), null).end();
        System.out.println("on=" + tracing.isOn());
      }
    }
  }

  @BeforeEach
  void collect() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    collector.createContext(
        "/",
        exchange -> {
          paths.add(exchange.getRequestURI().getPath());
          headers.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-tenant")));
          bodies.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  private String here(String path) {
    return "http://127.0.0.1:" + collector.getAddress().getPort() + path;
  }

  private boolean isOn(String endpoint, double ratio, Map<String, String> environment)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Part.class.getName()));
    command.addAll(List.of(endpoint, Double.toString(ratio)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("on=");
    return said.contains("on=true");
  }

  @Test
  void aCollectorMayBeNamedByTheEnvironmentAloneAndGetsTheSignalsPath() throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", here(""));
    environment.put("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=acme");
    environment.put("OTEL_SERVICE_NAME", "shop-recommender");
    environment.put("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod,team=a%20b");
    assertThat(isOn("", 1, environment)).isTrue();
    assertThat(paths).containsExactly("/v1/traces");
    assertThat(headers).containsExactly("acme");
    assertThat(String.join("", bodies))
        .contains("shop-recommender", "deployment.environment", "prod", "a b")
        .contains("process interactions");
  }

  @Test
  void theEnvironmentWinsOverTheConfiguration() throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", here("/mine"));
    environment.put("OTEL_TRACES_SAMPLER", "always_on");
    assertThat(isOn("http://127.0.0.1:1/v1/traces", 0, environment)).isTrue();
    assertThat(paths).as("as it is").containsExactly("/mine");
    assertThat(String.join("", bodies)).as("the part's own name").contains("part");
  }

  @Test
  void whatTheEnvironmentDoesNotSayIsTheConfigurations() throws Exception {
    assertThat(isOn(here("/v1/traces"), 1, Map.of("OTEL_RESOURCE_ATTRIBUTES", "service.name=a-b")))
        .isTrue();
    assertThat(String.join("", bodies)).contains("a-b", "process interactions");
  }

  @Test
  void aSamplerAndItsArgumentDecideWhichTracesBegin() throws Exception {
    Map<String, String> none =
        Map.of("OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0");
    assertThat(isOn(here("/v1/traces"), 1, none)).isTrue();
    assertThat(isOn(here("/v1/traces"), 1, Map.of("OTEL_TRACES_SAMPLER", "always_off"))).isTrue();
    assertThat(paths).isEmpty();
  }

  @Test
  void itCanBeSwitchedOff() throws Exception {
    assertThat(isOn(here("/v1/traces"), 1, Map.of("OTEL_SDK_DISABLED", "true"))).isFalse();
    assertThat(isOn(here("/v1/traces"), 1, Map.of("OTEL_TRACES_EXPORTER", "none"))).isFalse();
    assertThat(isOn("", 1, Map.of())).as("nobody named a collector").isFalse();
    assertThat(paths).isEmpty();
  }
}
