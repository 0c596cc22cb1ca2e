package dev.headwater.launcher.observability;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Prometheus alert.
 *
 * @param file where it stands
 * @param json its content
 */
record AlertRule(String file, JsonNode json) {
  static List<AlertRule> all() throws IOException {
    List<AlertRule> all = new ArrayList<>();
    for (Path file : Deployed.files(Deployed.path("alerts"), ".yml")) {
      for (JsonNode group : Yaml.documents(file).get(0).path("groups")) {
        group
            .path("rules")
            .forEach(rule -> all.add(new AlertRule(file.getFileName().toString(), rule)));
      }
    }
    return all;
  }

  String name() {
    return json.path("alert").asText();
  }

  String expression() {
    return json.path("expr").asText();
  }

  @Override
  public String toString() {
    return file + " " + name();
  }
}
