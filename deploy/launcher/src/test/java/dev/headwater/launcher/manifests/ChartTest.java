package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart is made from the Kustomize base; Helm itself, as a library, renders it. */
class ChartTest {
  private static final String KUBERNETES = "1.30.0";
  private static final String HOOK = "headwater.dev/hook";

  @TempDir private static Path folder;
  private static Path chart;

  /** The same with hooks as objects like all others: the library leaves hooks out. */
  private static Path flat;

  @BeforeAll
  static void make() throws Exception {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "Helm is there for amd64 alone: not tried");
    assumeTrue(Tool.isInstalled("kubectl"), "kubectl is not installed: not tried");
    Path script = Deployed.path("kubernetes/chart/make");
    Tool.run(List.of("bash", script.toString(), folder.toString()), Map.of());
    chart = folder.resolve("headwater");
    Tool.run(List.of("bash", script.toString(), folder.resolve("flat").toString()), Map.of());
    flat = folder.resolve("flat/headwater");
    try (Stream<Path> templates = Files.list(flat.resolve("templates"))) {
      for (Path each : templates.toList()) {
        Files.writeString(each, Files.readString(each).replace("helm.sh/hook", HOOK));
      }
    }
  }

  private static TemplateCommand template() {
    return new Helm(flat).template().withName("shop").withKubeVersion(KUBERNETES);
  }

  @Test
  void helmFindsNothingWrong() {
    LintResult lint = new Helm(chart).lint().strict().call();
    assertThat(lint.isFailed()).as(String.valueOf(lint.getMessages())).isFalse();
  }

  /**
   * But for the name that the ConfigMap has of its contents, and for what Helm does before and
   * behind the rest.
   */
  @Test
  void withItsOwnValuesItIsTheBase() throws Exception {
    String base = Deployed.path("kubernetes/chart").toString();
    String kustomized = Tool.run(List.of("kubectl", "kustomize", base), Map.of());
    assertThat(byName(template().call())).hasSizeGreaterThan(15).isEqualTo(byName(kustomized));
  }

  private static Map<String, JsonNode> byName(String yaml) {
    String plain = yaml.replaceAll("headwater-(topics-)?config(-[a-z0-9]+)?", "headwater-config");
    Map<String, JsonNode> objects = new TreeMap<>();
    for (JsonNode object : Yaml.documents(plain)) {
      if (object.path("metadata") instanceof ObjectNode metadata && !hook(object).isEmpty()) {
        metadata.remove("annotations");
      }
      objects.put(Manifests.name(object), object);
    }
    return objects;
  }

  private static String hook(JsonNode object) {
    return object.path("metadata").path("annotations").path(HOOK).asText();
  }

  /** Topics are there before the parts, and whatever Helm makes so early refers to no later one. */
  @Test
  void topicsComeFirstAndTheBundleLast() {
    String rendered = template().call();
    Map<String, String> hooks = new TreeMap<>();
    for (JsonNode object : Yaml.documents(rendered)) {
      if (!hook(object).isEmpty()) {
        hooks.put(Manifests.name(object), hook(object));
        assertThat(object.path("metadata").path("annotations").toString())
            .contains("\"" + HOOK + "-delete-policy\":\"before-hook-creation\"");
      }
      if (Manifests.name(object).equals("Job headwater-topics")) {
        assertThat(object.toString())
            .contains("headwater-topics-config")
            .doesNotContain("serviceAccountName", "persistentVolumeClaim");
      }
    }
    assertThat(hooks)
        .isEqualTo(
            Map.of(
                "ConfigMap headwater-topics-config", "pre-install,pre-upgrade",
                "Job headwater-topics", "pre-install,pre-upgrade",
                "Job headwater-publish", "post-install"));
    assertThat(new Helm(chart).template().withKubeVersion(KUBERNETES).call())
        .as("Helm takes them for hooks")
        .contains("name: headwater-serving")
        .doesNotContain("name: headwater-topics-config");
  }

  @Test
  void theDomainDecidesWhereSavepointsLieAndWhoseModelTheBundleIs() {
    assertThat(template().set("domain", "shop").call())
        .contains("file:///checkpoints/fine-tune-shop/savepoints", "- shop\n");
    assertThat(template().set("domain", "").set("publishDomain", "a").call())
        .contains("file:///checkpoints/fine-tune/savepoints", "- a\n");
  }

  /** {@code preStop: sleep} is of 1.30: an older API server drops the field without a word. */
  @Test
  void clustersThatDoNotKnowEveryFieldAreRefused() throws Exception {
    assertThat(Files.readString(chart.resolve("Chart.yaml"))).contains("\">=1.30.0-0\"");
    assertThatThrownBy(() -> new Helm(chart).template().withKubeVersion("1.29.0").call())
        .hasMessageContaining("kubeVersion");
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
