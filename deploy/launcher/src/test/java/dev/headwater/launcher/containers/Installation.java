package dev.headwater.launcher.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.FreePorts;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole Compose file on images that were built here; all but Grafana, whose image nobody serves
 * here.
 */
final class Installation implements AutoCloseable {
  private static final String DOMAIN = "demo";
  private static final List<String> SERVICES =
      List.of(
          "kafka",
          "topics",
          "store",
          "publish",
          "ingest",
          "serving",
          "serving-2",
          "jobmanager",
          "taskmanager",
          "jobs",
          "prometheus");

  private final Map<String, String> environment = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Needs the images.
   *
   * @param bundles a folder of bundles
   * @param bundle the name of one in it
   */
  Installation(Path bundles, String bundle) throws IOException {
    environment.put("HEADWATER_DOMAIN", DOMAIN);
    environment.put("HEADWATER_BUNDLES", bundles.toString());
    environment.put("HEADWATER_BUNDLE", bundle);
    environment.put("KAFKA_IMAGE", Images.KAFKA);
    environment.put("PROMETHEUS_IMAGE", Images.BASE + "prometheus:local");
    for (String port :
        List.of(
            "HEADWATER_PORT", "HEADWATER_PORT_2", "FLINK_PORT", "KAFKA_PORT", "PROMETHEUS_PORT")) {
      environment.put(port, Integer.toString(FreePorts.next()));
    }
  }

  private String run(String... command) {
    return Programs.output(environment, List.of(command), "");
  }

  private String compose(List<String> words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker-compose",
                "-p",
                "headwater-suite",
                "-f",
                Deployed.path("compose/compose.yml").toString()));
    command.addAll(words);
    return Programs.output(environment, command, "");
  }

  /** Starts what does not run. */
  void up() {
    List<String> words = new ArrayList<>(List.of("up", "-d", "--no-build"));
    words.addAll(SERVICES);
    compose(words);
  }

  /** Stops and removes all containers; what they keep stays. */
  void down() {
    compose(List.of("down"));
  }

  /** Ends a container's process as a crash does: what restarts containers takes notice. */
  void crash(String service) {
    String id = compose(List.of("ps", "-q", service));
    run("kill", "-9", run("docker", "inspect", "-f", "{{.State.Pid}}", id));
  }

  /** Returns how often a container was started again. */
  int restarts(String service) {
    String id = compose(List.of("ps", "-q", service));
    return Integer.parseInt(run("docker", "inspect", "-f", "{{.RestartCount}}", id));
  }

  /** Returns the state of each container, for a person. */
  String states() {
    return compose(List.of("ps", "-a", "--format", "table {{.Service}}\t{{.Status}}"));
  }

  /** Publishes lines of key, tab and value by the Python client. */
  void publish(String topic, String lines) {
    Programs.output(
        environment,
        List.of(
            "docker",
            "run",
            "--rm",
            "-i",
            "--network",
            "host",
            Images.BASE + "client:local",
            "localhost:" + environment.get("KAFKA_PORT"),
            topic),
        lines);
  }

  /** Returns the client of a node, 1 or 2. */
  HeadwaterClient node(int number) {
    String port = number == 1 ? "HEADWATER_PORT" : "HEADWATER_PORT_2";
    return HeadwaterClient.of(URI.create("http://127.0.0.1:" + environment.get(port)), DOMAIN);
  }

  /** Returns what Prometheus answers. */
  JsonNode prometheus(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + environment.get("PROMETHEUS_PORT") + path);
    HttpResponse<String> got =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return new ObjectMapper().readTree(got.body());
  }

  @Override
  public void close() {
    compose(List.of("down", "-v"));
  }
}
