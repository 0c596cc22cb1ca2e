package dev.headwater.launcher.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Grafana dashboard.
 *
 * @param file its name
 * @param json its content
 */
record Dashboard(String file, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Dashboard> all() throws IOException {
    List<Dashboard> all = new ArrayList<>();
    for (Path file : Deployed.files(Deployed.path("grafana"), ".json")) {
      all.add(new Dashboard(file.getFileName().toString(), JSON.readTree(file.toFile())));
    }
    return all;
  }

  List<JsonNode> panels() {
    List<JsonNode> panels = new ArrayList<>();
    json.path("panels").forEach(panels::add);
    return panels;
  }

  /** Returns what is asked of Prometheus: by panels, by annotations and for the variables. */
  List<String> expressions() {
    List<String> found = new ArrayList<>();
    panels().forEach(p -> p.path("targets").forEach(t -> found.add(t.path("expr").asText())));
    json.at("/annotations/list").forEach(a -> found.add(a.path("expr").asText()));
    json.at("/templating/list")
        .forEach(
            variable -> {
              String query = variable.path("definition").asText();
              if (query.startsWith("label_values(")) {
                found.add(query.substring("label_values(".length(), query.indexOf(',')));
              }
            });
    return found;
  }

  @Override
  public String toString() {
    return file;
  }
}
