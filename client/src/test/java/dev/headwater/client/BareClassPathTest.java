package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.events.json.Interaction;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's promise: the JDK, Jackson, the client and the public records, and nothing else. */
class BareClassPathTest {
  private static final String NONE =
      "com.google.protobuf.Message,com.networknt.schema.JsonSchema,"
          + "org.apache.kafka.common.header.Header,org.slf4j.Logger,"
          + "org.jspecify.annotations.Nullable,org.junit.jupiter.api.Test";

  @TempDir private Path folder;

  /** Returns where a class was loaded from. */
  private static Path home(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Copies one class alone out of the test classes. */
  private Path alone(Class<?> type) throws IOException {
    String file = type.getName().replace('.', '/') + ".class";
    Path copy = folder.resolve(file);
    Files.createDirectories(copy.getParent());
    try (InputStream in = type.getResourceAsStream("/" + file)) {
      Files.copy(in, copy);
    }
    return folder;
  }

  /** Of the public records only the package that is meant to be enough. */
  private Path publicRecords() throws IOException, URISyntaxException {
    String packageName = "dev/headwater/events/json";
    Path home = home(Interaction.class);
    Path copy = Files.createDirectories(folder.resolve(packageName));
    if (!Files.isDirectory(home)) {
      return home;
    }
    try (Stream<Path> classes = Files.list(home.resolve(packageName))) {
      for (Path each : classes.toList()) {
        Files.copy(each, copy.resolve(each.getFileName().toString()));
      }
    }
    return folder;
  }

  @Test
  void publishesAndReadsWithTheJdkAndJacksonAlone() throws Exception {
    try (ScriptedServer server = new ScriptedServer()) {
      server
          .thenAnswer(202, "{\"topic\":\"interactions\",\"partition\":1,\"offset\":7}")
          .thenAnswer(202, "{\"topic\":\"catalog\",\"partition\":0,\"offset\":9}")
          .thenAnswer(200, ScriptedServer.ANSWER)
          .thenAnswer(200, "{\"domain\":\"shop\",\"item\":\"b\",\"state\":\"visible\"}");
      String classPath =
          Stream.of(
                  alone(BareShop.class),
                  publicRecords(),
                  home(HeadwaterClient.class),
                  home(JsonMapper.class),
                  home(JsonFactory.class),
                  home(JsonProperty.class))
              .map(Path::toString)
              .distinct()
              .collect(Collectors.joining(File.pathSeparator));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-cp",
                  classPath,
                  BareShop.class.getName(),
                  server.address().toString(),
                  NONE)
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(said.lines())
          .containsExactly(
              "event at 7", "item at 9", "r1 shows b", "b is visible", "refused: empty_id");
      assertThat(process.exitValue()).isZero();
      assertThat(server.asked).hasSize(4);
    }
  }
}
