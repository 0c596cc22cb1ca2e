package dev.headwater.launcher.containers;

import dev.headwater.launcher.observability.Deployed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Images built from the Dockerfiles, on bases that are made here. */
final class Images {
  /** What the name of a base begins with. */
  static final String BASE = "headwater-local/";

  static final String KAFKA_VERSION = System.getProperty("containers.kafka", "");
  static final String KAFKA = BASE + "kafka:" + KAFKA_VERSION;
  private static final String FLINK_VERSION = System.getProperty("containers.flink", "");

  private Images() {}

  /** Tells whether an engine answers. */
  static boolean canBeBuilt() {
    return Programs.run(Map.of(), List.of("docker", "info")).code() == 0;
  }

  /** Builds bases and images, where they are not there yet. */
  static void build() {
    Path work = Path.of(System.getProperty("containers.work", "target/bases")).toAbsolutePath();
    Map<String, String> versions =
        Map.of("KAFKA_VERSION", KAFKA_VERSION, "FLINK_VERSION", FLINK_VERSION);
    Programs.output(
        versions,
        List.of(Programs.BASES.toString(), Deployed.root().toString(), work.toString()),
        "");
    Programs.output(
        versions,
        List.of(
            Deployed.path("image/build").toString(),
            "--built",
            "--build-arg",
            "JDK_IMAGE=" + BASE + "jdk:local",
            "--build-arg",
            "JRE_IMAGE=" + BASE + "jre:local",
            "--build-arg",
            "FLINK_IMAGE=" + BASE + "flink:" + FLINK_VERSION),
        "");
  }

  /** Returns the size of each image, for a person. */
  static String sizes() {
    return Programs.output(
        Map.of(), List.of("docker", "image", "ls", "--format", "{{.Repository}} {{.Size}}"), "");
  }
}
