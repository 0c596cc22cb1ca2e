package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.jobs.main.ColdStartMain;
import dev.headwater.jobs.main.FineTuneMain;
import dev.headwater.launcher.cli.Verbs;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.launcher.observability.Yaml;
import dev.headwater.platform.config.HeadwaterConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KubernetesTest {
  private static final Set<String> CUSTOM = Set.of("FlinkDeployment", "ScaledObject");

  private List<JsonNode> all = List.of();

  @BeforeEach
  void read() throws IOException {
    all = Manifests.written();
  }

  @Test
  void everyFieldIsOneThatKubernetesKnows() throws Exception {
    Set<String> unknown = new TreeSet<>();
    for (JsonNode object : all) {
      if (!StrictKubernetes.read(object)) {
        unknown.add(object.path("kind").asText());
      }
    }
    assertThat(unknown).isEqualTo(new TreeSet<>(CUSTOM));
    for (JsonNode flink : Manifests.of(all, "FlinkDeployment")) {
      StrictKubernetes.readPods(flink.at("/spec/podTemplate"));
    }
  }

  /** The check above is worth nothing where it lets a misspelt field pass. */
  @Test
  void aMisspeltFieldIsAnError() {
    JsonNode bad =
        Yaml.documents("kind: Service\nspec: {selektor: {a: b}, ports: [{port: 1}]}").get(0);
    assertThatThrownBy(() -> StrictKubernetes.read(bad)).hasMessageContaining("selektor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/example"})
  void kustomizeRendersWhatKubernetesKnows(String folder) throws Exception {
    String path = Deployed.path("kubernetes/" + folder).toString();
    List<JsonNode> rendered =
        Yaml.documents(Tool.run(List.of("kubectl", "kustomize", path), Map.of()));
    assertThat(rendered).hasSizeGreaterThan(15);
    for (JsonNode object : rendered) {
      boolean known = StrictKubernetes.read(object);
      assertThat(known || CUSTOM.contains(object.path("kind").asText()))
          .as(Manifests.name(object))
          .isTrue();
    }
    for (JsonNode template : Manifests.podTemplates(rendered)) {
      assertThat(template.at("/metadata/labels").path("app.kubernetes.io/part-of").asText())
          .as("network policies go by it")
          .isEqualTo("headwater");
    }
  }

  @Test
  void podsRunAsANormalUserWithoutMoreThanTheyNeed() {
    for (JsonNode template : Manifests.podTemplates(all)) {
      JsonNode pod = template.path("spec");
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      for (JsonNode container : pod.path("containers")) {
        JsonNode rights = container.path("securityContext");
        assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(rights.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        boolean isFlink = "flink-main-container".equals(container.path("name").asText());
        assertThat(isFlink || rights.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      }
    }
  }

  @Test
  void everyServiceHasResourcesProbesAndTimeToDrain() {
    for (JsonNode object : longRunning()) {
      JsonNode pod = object.at("/spec/template/spec");
      JsonNode container = pod.at("/containers/0");
      String name = Manifests.name(object);
      assertThat(pod.path("terminationGracePeriodSeconds").asInt()).as(name).isGreaterThan(40);
      assertThat(container.at("/resources/requests").size()).as(name).isEqualTo(2);
      assertThat(container.at("/resources/limits").has("memory")).as(name).isTrue();
      assertThat(container.has("startupProbe")).as(name).isTrue();
      assertThat(container.has("livenessProbe")).as(name).isTrue();
    }
    JsonNode serving =
        Manifests.of(all, "Deployment").get(0).at("/spec/template/spec/containers/0");
    assertThat(serving.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/ready");
    assertThat(serving.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health");
  }

  @Test
  void everythingThatIsSelectedIsThere() {
    for (JsonNode object : all) {
      JsonNode selector =
          switch (object.path("kind").asText()) {
            case "Service" -> object.at("/spec/selector");
            case "PodDisruptionBudget", "Deployment", "StatefulSet" ->
                object.at("/spec/selector/matchLabels");
            default -> null;
          };
      if (selector != null) {
        assertThat(Manifests.podTemplates(all))
            .as(Manifests.name(object))
            .anyMatch(template -> matches(selector, template.at("/metadata/labels")));
      }
    }
    for (JsonNode scaled : Manifests.of(all, "ScaledObject")) {
      JsonNode target = scaled.at("/spec/scaleTargetRef");
      assertThat(all.stream().map(Manifests::name))
          .contains(target.path("kind").asText() + " " + target.path("name").asText());
    }
  }

  @Test
  void everyServiceHasADisruptionBudget() {
    assertThat(Manifests.of(all, "PodDisruptionBudget").stream().map(b -> b.at("/metadata/name")))
        .containsExactlyInAnyOrderElementsOf(
            longRunning().stream().map(each -> each.at("/metadata/name")).toList());
  }

  @Test
  void theLauncherKnowsTheVerbsAndFlags() {
    CommandLine launcher = new CommandLine(new Verbs());
    for (JsonNode template : Manifests.podTemplates(all)) {
      List<String> args = strings(template.at("/spec/containers/0/args"));
      if (!args.isEmpty()) {
        launcher.parseArgs(args.toArray(String[]::new));
      }
    }
  }

  @Test
  void theJobsKnowTheirArguments() {
    for (JsonNode job : Manifests.of(all, "FlinkDeployment")) {
      String main = job.at("/spec/job/entryClass").asText();
      assertThat(main).isIn(ColdStartMain.class.getName(), FineTuneMain.class.getName());
      assertThatThrownBy(() -> FineTuneMain.main(new String[] {"--usage"}))
          .satisfies(
              usage ->
                  assertThat(
                          strings(job.at("/spec/job/args")).stream().filter(KubernetesTest::isFlag))
                      .allMatch(flag -> String.valueOf(usage.getMessage()).contains(flag + " ")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/example"})
  void theConfigurationIsOneThatPartsStartWith(String folder) {
    HeadwaterConfig config =
        HeadwaterConfig.load(Deployed.path("kubernetes/" + folder + "/headwater.conf"), Map.of());
    assertThat(config.topicLayout().partitions()).isEqualTo(12);
    assertThat(config.stateDirectory()).hasToString("/var/lib/headwater/state");
  }

  @Test
  void nothingSecretStandsInAFile() throws IOException {
    for (JsonNode object : all) {
      assertThat(object.path("kind").asText()).isNotEqualTo("Secret");
      assertThat(object.toString().toLowerCase(java.util.Locale.ROOT))
          .doesNotContain("password", "jaas.config");
    }
  }

  private List<JsonNode> longRunning() {
    return Stream.of("Deployment", "StatefulSet")
        .flatMap(kind -> Manifests.of(all, kind).stream())
        .toList();
  }

  private static boolean matches(JsonNode selector, JsonNode labels) {
    return selector.properties().stream()
        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
  }

  private static boolean isFlag(String argument) {
    return argument.startsWith("--");
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(each -> strings.add(each.asText()));
    return strings;
  }
}
