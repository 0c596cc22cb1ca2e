package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.launcher.cli.Verbs;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.launcher.observability.Yaml;
import dev.headwater.platform.config.HeadwaterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ComposeTest {
  private static final Set<String> ONCE = Set.of("topics", "publish");
  private static final Set<String> OURS =
      Set.of("topics", "publish", "ingest", "store", "serving", "serving-2");

  private final Path file = Deployed.path("compose/compose.yml");
  private JsonNode services;

  @TempDir Path folder;

  @BeforeEach
  void read() throws IOException {
    services = Yaml.documents(file).get(0).path("services");
  }

  @Test
  void composeTakesTheFile() throws Exception {
    String effective =
        Tool.run(
            List.of("docker-compose", "-f", file.toString(), "--profile", "tracing", "config"),
            Map.of("HEADWATER_BUNDLE", "b", "HEADWATER_DOMAIN", "demo"));
    JsonNode taken = Yaml.documents(effective).get(0).path("services");
    assertThat(taken.size()).isEqualTo(services.size());
    assertThat(taken.at("/serving/read_only").asBoolean()).isTrue();
  }

  @Test
  void whatRunsIsPinnedBoundedAndWatched() {
    for (var service : services.properties()) {
      JsonNode body = service.getValue();
      assertThat(body.path("image").asText())
          .as(service.getKey())
          .isNotBlank()
          .doesNotContain("latest");
      if (!ONCE.contains(service.getKey())) {
        assertThat(body.at("/deploy/resources/limits").has("memory")).as(service.getKey()).isTrue();
        assertThat(body.path("restart").asText()).as(service.getKey()).isEqualTo("unless-stopped");
      }
    }
  }

  @Test
  void oursHaveNoRightsAndAFileSystemThatCannotBeWritten() {
    for (String name : OURS) {
      JsonNode body = services.path(name);
      assertThat(body.path("read_only").asBoolean()).as(name).isTrue();
      assertThat(body.at("/cap_drop/0").asText()).as(name).isEqualTo("ALL");
      assertThat(body.path("stop_grace_period").asText()).as(name).isEqualTo("50s");
    }
  }

  /**
   * Flink keeps each job's jar, of 125 MB, twice below /tmp: 256 MB of memory took one job and no
   * other.
   */
  @Test
  void jobsHaveRoomOnDisk() {
    for (String name : List.of("jobmanager", "taskmanager", "jobs")) {
      assertThat(services.path(name).path("image").asText()).as(name).contains("flink");
      assertThat(services.path(name).path("tmpfs")).as(name).isEmpty();
    }
  }

  @Test
  void portsAreOpenToThisMachineAlone() {
    services.forEach(
        service ->
            service
                .path("ports")
                .forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:")));
  }

  @Test
  void whatIsMountedFromTheCheckoutIsThere() {
    services.forEach(
        service ->
            service
                .path("volumes")
                .forEach(
                    volume -> {
                      String source = volume.asText().split(":", 2)[0];
                      if (source.startsWith(".") && !source.contains("/var/")) {
                        assertThat(file.resolveSibling(source)).exists();
                      }
                    }));
  }

  @Test
  void theLauncherKnowsTheVerbsAndFlags() {
    CommandLine launcher = new CommandLine(new Verbs());
    for (String name : OURS) {
      List<String> command = new ArrayList<>();
      services.path(name).path("command").forEach(each -> command.add(each.asText()));
      if (!command.isEmpty()) {
        launcher.parseArgs(command.toArray(String[]::new));
      }
    }
  }

  @Test
  void theConfigurationIsOneThatPartsStartWith() throws IOException {
    String text =
        Files.readString(Deployed.path("compose/headwater.conf"))
            .replace("${HEADWATER_DOMAIN}", "demo")
            .replace("${HEADWATER_BOOTSTRAP}", "\"kafka:19092\"")
            .replace("${?HEADWATER_STORE}", "\"http://store:8081\"")
            .replace("${?HEADWATER_TRACING}", "\"\"");
    Path config = Files.writeString(folder.resolve("headwater.conf"), text);
    assertThat(HeadwaterConfig.load(config, Map.of()).kafka().bootstrap()).isEqualTo("kafka:19092");
  }

  @Test
  void prometheusScrapesWhatRuns() throws IOException {
    JsonNode prometheus = Yaml.documents(Deployed.path("prometheus/prometheus.yml")).get(0);
    prometheus
        .findValues("targets")
        .forEach(
            targets ->
                targets.forEach(
                    target ->
                        assertThat(services.has(target.asText().split(":", 2)[0]))
                            .as(target.asText())
                            .isTrue()));
  }
}
