package dev.headwater.launcher.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.launcher.observability.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The Kubernetes objects, as they stand in files. */
final class Manifests {
  private static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet", "Job");
  private static final List<String> FOLDERS =
      List.of("base", "components/autoscaling", "components/publish", "overlays/example");

  private Manifests() {}

  static List<JsonNode> written() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String folder : FOLDERS) {
      for (Path file : Deployed.files(Deployed.path("kubernetes/" + folder), ".yaml")) {
        all.addAll(Yaml.documents(file));
      }
    }
    all.removeIf(Predicate.not(Manifests::isObject));
    return all;
  }

  private static boolean isObject(JsonNode document) {
    return document.has("kind") && !document.path("apiVersion").asText().startsWith("kustomize");
  }

  static List<JsonNode> of(List<JsonNode> all, String kind) {
    return all.stream().filter(each -> each.path("kind").asText().equals(kind)).toList();
  }

  static String name(JsonNode object) {
    return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
  }

  /** Returns the pod templates of ours and of Flink's custom resources. */
  static List<JsonNode> podTemplates(List<JsonNode> all) {
    List<JsonNode> templates = new ArrayList<>();
    for (JsonNode object : all) {
      if (WITH_PODS.contains(object.path("kind").asText())) {
        templates.add(object.at("/spec/template"));
      } else if ("FlinkDeployment".equals(object.path("kind").asText())) {
        templates.add(object.at("/spec/podTemplate"));
      }
    }
    return templates;
  }
}
