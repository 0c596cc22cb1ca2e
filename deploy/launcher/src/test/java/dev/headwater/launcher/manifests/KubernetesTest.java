package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.jobs.main.ColdStartMain;
import dev.headwater.jobs.main.FineTuneMain;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.launcher.cli.Verbs;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.launcher.observability.Yaml;
import dev.headwater.platform.config.HeadwaterConfig;
import java.io.IOException;
import java.nio.file.Files;
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
      List<JsonNode> containers = new ArrayList<>();
      pod.path("containers").forEach(containers::add);
      pod.path("initContainers").forEach(containers::add);
      for (JsonNode container : containers) {
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

  /** Everybody else mounts bundles to read them: without it no domain ever has a model. */
  @ParameterizedTest
  @ValueSource(strings = {"chart", "overlays/example"})
  void somebodyPublishesTheFirstBundleAndReachesTheStore(String folder) throws Exception {
    List<JsonNode> rendered = rendered(folder);
    JsonNode publish = named(rendered, "Job headwater-publish").at("/spec/template");
    JsonNode pod = publish.path("spec");
    assertThat(strings(pod.at("/containers/0/args"))).startsWith("publish", "/incoming/bundle");
    assertThat(pod.path("volumes").toString())
        .contains(
            "{\"name\":\"bundles\",\"persistentVolumeClaim\":{\"claimName\":\"headwater-bundles\"}}");
    for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
      if (mount.path("name").asText().equals("bundles")) {
        assertThat(mount.path("readOnly").asBoolean()).isFalse();
      }
    }
    JsonNode store = named(rendered, "StatefulSet headwater-store").at("/spec/template");
    assertThat(allows(rendered, publish, store)).isTrue();
    JsonNode ingest = named(rendered, "StatefulSet headwater-ingest").at("/spec/template");
    assertThat(allows(rendered, ingest, store)).as("the check checks").isFalse();
  }

  /** Whether one policy lets the one out and another lets it in. */
  private static boolean allows(List<JsonNode> rendered, JsonNode from, JsonNode to) {
    boolean out = false;
    boolean in = false;
    for (JsonNode policy : Manifests.of(rendered, "NetworkPolicy")) {
      JsonNode of = policy.at("/spec/podSelector/matchLabels");
      JsonNode egress = policy.at("/spec/egress/0/to/0/podSelector/matchLabels");
      JsonNode ingress = policy.at("/spec/ingress/0/from/0/podSelector/matchLabels");
      out |= selects(of, from) && selects(egress, to);
      in |= selects(of, to) && selects(ingress, from);
    }
    return out && in;
  }

  private static boolean selects(JsonNode selector, JsonNode template) {
    return selector.isObject() && matches(selector, template.at("/metadata/labels"));
  }

  /** A job looks for a savepoint below its own name, which is its domain's where there is one. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/example"})
  void savepointsLieWhereTheJobsLook(String folder) throws Exception {
    HeadwaterConfig config =
        HeadwaterConfig.load(Deployed.path("kubernetes/" + folder + "/headwater.conf"), Map.of());
    String tunes =
        config.jobs().isOfOneDomain()
            ? JobsConfig.fineTuneName(config.domains().iterator().next())
            : JobsConfig.FINE_TUNE;
    List<JsonNode> rendered = rendered(folder);
    Map.of("headwater-fine-tune", tunes, "headwater-cold-start", JobsConfig.COLD_START)
        .forEach(
            (name, job) -> {
              JsonNode flink =
                  named(rendered, "FlinkDeployment " + name).at("/spec/flinkConfiguration");
              assertThat(flink.path("execution.checkpointing.savepoint-dir").asText())
                  .isEqualTo(
                      flink.path("execution.checkpointing.dir").asText()
                          + "/"
                          + job
                          + "/savepoints");
              assertThat(flink.path("kubernetes.operator.job.restart.failed").asText())
                  .isEqualTo("true");
            });
  }

  /** The order of docs/upgrade.md goes by labels: what no step applies would stay as it was. */
  @Test
  void theOrderOfAnUpgradeReachesEveryObject() throws Exception {
    List<String> steps =
        Files.readAllLines(Deployed.doc("upgrade.md")).stream()
            .filter(line -> line.startsWith("kubectl apply -k "))
            .toList();
    assertThat(steps).hasSize(6);
    assertThat(steps.get(0)).contains("-l '!app.kubernetes.io/name'");
    for (JsonNode object : rendered("overlays/example")) {
      String name = object.at("/metadata/labels").path("app.kubernetes.io/name").asText();
      long applied =
          steps.stream().filter(step -> step.matches(".*[ (=]" + name + "([ ),'].*)?")).count();
      if (!name.isEmpty() && !name.equals("headwater-publish")) {
        assertThat(applied).as(Manifests.name(object)).isEqualTo(1);
      }
    }
  }

  private static List<JsonNode> rendered(String folder) throws Exception {
    String path = Deployed.path("kubernetes/" + folder).toString();
    return Yaml.documents(Tool.run(List.of("kubectl", "kustomize", path), Map.of()));
  }

  private static JsonNode named(List<JsonNode> objects, String name) {
    return objects.stream()
        .filter(object -> Manifests.name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name));
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
