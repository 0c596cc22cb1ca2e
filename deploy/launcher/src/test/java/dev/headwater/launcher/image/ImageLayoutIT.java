package dev.headwater.launcher.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.broker.FreePorts;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lays the files out with the script that the Dockerfiles call, and starts a part from them as the
 * image does: not as root where the test may choose, from a directory that it cannot write to.
 */
@Timeout(180)
class ImageLayoutIT {
  /** Nobody's, on Debian. */
  private static final String USER = "65534";

  @TempDir static Path folder;

  @Test
  void aPartStartsAsANormalUserAnswersAndDrainsOnSigterm() throws Exception {
    Path image = layout("parts");
    Path home = openToAll(Files.createDirectories(folder.resolve("home")));
    Path config = folder.resolve("headwater.conf");
    int port = FreePorts.next();
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      try (TopicAdmin admin = new TopicAdmin(KafkaSettings.of(broker.bootstrap()))) {
        admin.create(2);
      }
      Files.writeString(
          config,
          "kafka.bootstrap = \"%s\"%nstate-directory = \"%s\"%nstore.admin-port = %d%n"
              .formatted(broker.bootstrap(), home.resolve("state"), port));
      Process store = asNormalUser(image, home, "store", "--config", config.toString());
      try {
        await()
            .atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofMillis(500))
            .until(() -> !store.isAlive() || isHealthy(image, port));
        assertThat(store.isAlive()).as(log()).isTrue();
        assertThat(isHealthy(image, port + 1)).isFalse();
        store.destroy();
        assertThat(store.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
        assertThat(home.resolve("state/store")).isDirectory();
        // A JVM that SIGTERM ended says 128 + 15; the state on disk shows that it was closed.
        assertThat(store.exitValue()).as(log()).isIn(0, 143);
      } finally {
        store.destroyForcibly();
      }
    }
  }

  /** Of DJL one copy, where all jobs see it; all else of a job's in the jar that is submitted. */
  @Test
  void flinkSharesDjlAndTheJobBringsTheRest() throws Exception {
    Path flink = layout("flink");
    assertThat(names(flink.resolve("usrlib"))).containsExactly("headwater-stream-jobs.jar");
    assertThat(names(flink.resolve("lib")))
        .anyMatch(jar -> jar.startsWith("pytorch-engine-"))
        .anyMatch(jar -> jar.startsWith("pytorch-native-"))
        .anyMatch(jar -> jar.startsWith("tokenizers-"))
        .allMatch(jar -> jar.matches("(api|pytorch|tokenizers|jna|gson|commons)-.*"));
    try (JarFile jar = new JarFile(flink.resolve("usrlib/headwater-stream-jobs.jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
      assertThat(jar.stream().map(JarEntry::getName))
          .contains(
              "dev/headwater/jobs/main/FineTuneMain.class",
              "dev/headwater/idp/cdim/Cdim.class",
              "org/apache/kafka/clients/consumer/KafkaConsumer.class",
              "org/apache/flink/connector/kafka/source/KafkaSource.class",
              "org/jspecify/annotations/Nullable.class",
              "io/opentelemetry/sdk/trace/export/SpanExporter.class",
              "all-minilm-l6-v2.onnx")
          .noneMatch(name -> name.matches("org/apache/flink/(runtime|core|client)/.*"))
          .noneMatch(name -> name.matches("(ai/djl|org/rocksdb|org/slf4j|org/apache/logging)/.*"));
    }
  }

  private static Path layout(String what) throws IOException, InterruptedException {
    openToAll(folder);
    Path target = folder.resolve(what);
    Process script =
        new ProcessBuilder(Deployed.path("image/layout").toString(), what, target.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(output).isZero();
    return target;
  }

  private static Process asNormalUser(Path image, Path home, String... verb) throws IOException {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
    }
    command.add(image.resolve("bin/headwater").toString());
    command.addAll(List.of(verb));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("part.log").toFile());
    builder.environment().put("HEADWATER_HOME", home.toString());
    builder.environment().put("HEADWATER_JAVA_OPTS", "-Xmx512m -XX:TieredStopAtLevel=1");
    return builder.start();
  }

  private static boolean isHealthy(Path image, int port) throws IOException, InterruptedException {
    return new ProcessBuilder(
                image.resolve("bin/healthy").toString(), Integer.toString(port), "/v1/health")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static String log() throws IOException {
    Path log = folder.resolve("part.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Path openToAll(Path directory) throws IOException {
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }
}
