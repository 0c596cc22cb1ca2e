package dev.headwater.launcher.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The dependency arrows of CONTRIBUTING.md, checked in the compiled classes. */
class ModuleArrowsTest {
  private static final Map<String, Set<String>> MAY_CALL =
      Map.ofEntries(
          Map.entry("events", Set.of()),
          Map.entry("access", Set.of()),
          Map.entry("idp", Set.of()),
          Map.entry("broker", Set.of()),
          Map.entry("tracing", Set.of("events")),
          Map.entry("ingest", Set.of("events", "tracing")),
          Map.entry("jobs", Set.of("events", "idp", "tracing")),
          Map.entry("store", Set.of("events", "access", "tracing")),
          Map.entry("client", Set.of("events")),
          Map.entry("serving", Set.of("events", "access", "idp", "store", "tracing")),
          Map.entry(
              "platform",
              Set.of(
                  "events", "access", "idp", "broker", "ingest", "jobs", "store", "serving",
                  "tracing")),
          Map.entry(
              "launcher",
              Set.of(
                  "events",
                  "access",
                  "idp",
                  "broker",
                  "ingest",
                  "jobs",
                  "store",
                  "serving",
                  "tracing",
                  "platform")),
          // The lab: nobody may call it.
          Map.entry(
              "bench",
              Set.of(
                  "events",
                  "access",
                  "idp",
                  "broker",
                  "ingest",
                  "jobs",
                  "store",
                  "serving",
                  "tracing",
                  "platform")),
          Map.entry(
              "chaos",
              Set.of("events", "access", "idp", "broker", "jobs", "store", "tracing", "platform")));

  private static final JavaClasses CLASSES = Headwater.CLASSES;

  @Test
  void modulesCallOnlyWhomTheyMay() {
    MAY_CALL.forEach(
        (module, allowed) -> {
          List<String> forbidden =
              MAY_CALL.keySet().stream()
                  .filter(other -> !other.equals(module) && !allowed.contains(other))
                  .map(ModuleArrowsTest::packageOf)
                  .toList();
          noClasses()
              .that()
              .resideInAPackage(packageOf(module))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden.toArray(String[]::new))
              .check(CLASSES);
        });
  }

  @Test
  void theMethodKnowsNoKafkaFlinkHttpOrRocksDb() {
    noClasses()
        .that()
        .resideInAPackage(packageOf("idp"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..", "org.apache.flink..", "com.linecorp..", "org.rocksdb..")
        .check(CLASSES);
  }

  /** So that a program that publishes over HTTP carries neither Protobuf nor a schema validator. */
  @Test
  void whatOutsidersPublishAndTheClientNeedTheJdkAndJacksonAlone() {
    classes()
        .that()
        .resideInAnyPackage("dev.headwater.events.json..", "dev.headwater.client..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.net.ssl..",
            "com.fasterxml.jackson..",
            "org.jspecify..",
            "dev.headwater.events.json..",
            "dev.headwater.client..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.headwater.events.json..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.headwater.client..")
        .check(CLASSES);
  }

  @Test
  void theStreamJobsKnowNoRocksDb() {
    noClasses()
        .that()
        .resideInAPackage(packageOf("jobs"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.rocksdb..")
        .check(CLASSES);
  }

  /**
   * DJL keeps such a factor in memory that the garbage collector may take before backward reads it;
   * Torch.scaled does not. TextTuner works out its loss's gradients itself.
   */
  @Test
  void nothingThatIsDifferentiatedMultipliesByANumberOfTheJvm() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.headwater.idp.encoder..", "dev.headwater.idp.text..")
        .and()
        .doNotHaveSimpleName("TextTuner")
        .should()
        .callMethod("ai.djl.ndarray.NDArray", "mul", "java.lang.Number")
        .orShould()
        .callMethod("ai.djl.ndarray.NDArray", "div", "java.lang.Number")
        .orShould()
        .callMethod("ai.djl.ndarray.NDArray", "pow", "java.lang.Number")
        .check(CLASSES);
  }

  private static String packageOf(String module) {
    return "dev.headwater." + module + "..";
  }
}
