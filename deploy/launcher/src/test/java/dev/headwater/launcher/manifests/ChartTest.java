package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.launcher.observability.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart is made from the Kustomize base; Helm itself, as a library, renders it. */
class ChartTest {
  private static final String KUBERNETES = "1.30.0";

  @TempDir private static Path folder;
  private static Path chart;

  @BeforeAll
  static void make() throws Exception {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "Helm is there for amd64 alone: not tried");
    assumeTrue(Tool.isInstalled("kubectl"), "kubectl is not installed: not tried");
    Path script = Deployed.path("kubernetes/chart/make");
    Tool.run(List.of("bash", script.toString(), folder.toString()), Map.of());
    chart = folder.resolve("headwater");
  }

  private static TemplateCommand template() {
    return new Helm(chart).template().withName("shop").withKubeVersion(KUBERNETES);
  }

  @Test
  void helmFindsNothingWrong() {
    LintResult lint = new Helm(chart).lint().strict().call();
    assertThat(lint.isFailed()).as(String.valueOf(lint.getMessages())).isFalse();
  }

  /** But for the name that the ConfigMap has of its contents. */
  @Test
  void withItsOwnValuesItIsTheBase() throws Exception {
    String base = Deployed.path("kubernetes/base").toString();
    String kustomized = Tool.run(List.of("kubectl", "kustomize", base), Map.of());
    assertThat(byName(template().call())).hasSizeGreaterThan(15).isEqualTo(byName(kustomized));
  }

  private static Map<String, JsonNode> byName(String yaml) {
    String plain = yaml.replaceAll("headwater-config-[a-z0-9]+", "headwater-config");
    Map<String, JsonNode> objects = new TreeMap<>();
    Yaml.documents(plain).forEach(object -> objects.put(Manifests.name(object), object));
    return objects;
  }

  @Test
  void valuesChangeWhatTheySay() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("shop.conf"), "domains = [\"shop\"]\nkafka.partitions = 3\n");
    String rendered =
        template()
            .setFile("config", config)
            .set("image.repository", "registry.local/headwater")
            .set("image.tag", "9.9")
            .set("serving.replicas", 7)
            .set("storageClassName", "nfs")
            .call();
    Map<String, JsonNode> objects = byName(rendered);
    JsonNode serving = object(objects, "Deployment headwater-serving");
    assertThat(serving.at("/spec/replicas").asInt()).isEqualTo(7);
    assertThat(serving.at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("registry.local/headwater:9.9");
    assertThat(
            object(objects, "PersistentVolumeClaim headwater-bundles").at("/spec/storageClassName"))
        .hasToString("\"nfs\"");
    JsonNode map = object(objects, "ConfigMap headwater-config");
    assertThat(map.path("data").path("headwater.conf").asText()).contains("domains = [\"shop\"]");
    assertThat(configName(rendered))
        .as("pods start anew with another configuration")
        .isNotEqualTo(configName(template().call()));
    for (JsonNode object : objects.values()) {
      boolean known = StrictKubernetes.read(object);
      assertThat(known || object.path("kind").asText().equals("FlinkDeployment")).isTrue();
    }
  }

  private static JsonNode object(Map<String, JsonNode> objects, String name) {
    return Objects.requireNonNull(objects.get(name), name);
  }

  private static String configName(String yaml) {
    return Yaml.documents(yaml).stream()
        .filter(object -> object.path("kind").asText().equals("ConfigMap"))
        .map(object -> object.at("/metadata/name").asText())
        .findFirst()
        .orElseThrow();
  }
}
