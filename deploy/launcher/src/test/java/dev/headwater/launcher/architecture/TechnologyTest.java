package dev.headwater.launcher.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/**
 * Which technologies a module must not know, and what must not be called. Which module stands on
 * which is said by the poms ({@link ModulesTest}).
 */
class TechnologyTest {
  private static final JavaClasses CLASSES = Headwater.CLASSES;

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

  /** What serves an answer shares its records with the client, and calls nobody through it. */
  @Test
  void whoServesKnowsOfTheClientOnlyItsAnswers() {
    noClasses()
        .that()
        .resideInAnyPackage(packageOf("serving"), packageOf("store"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.headwater.client")
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
   * Torch.scaled does not. WeightAdam steps outside of what is recorded.
   */
  @Test
  void nothingThatIsDifferentiatedMultipliesByANumberOfTheJvm() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.headwater.idp.encoder..", "dev.headwater.idp.text..")
        .and()
        .doNotHaveSimpleName("WeightAdam")
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
