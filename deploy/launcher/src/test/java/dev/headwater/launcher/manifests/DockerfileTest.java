package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a linter of Dockerfiles would say; none is to be had where these tests run. */
class DockerfileTest {
  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.flink"})
  void isPinnedSmallAndNotRoot(String name) throws IOException {
    List<String> instructions = instructions(name);
    List<String> from = of(instructions, "FROM");
    assertThat(from).hasSize(2);
    assertThat(from.get(0)).endsWith(" AS build");
    assertThat(from).allMatch(each -> each.matches("[a-z-]+:[\\w.-]*\\d[\\w.-]*( AS build)?"));
    assertThat(of(instructions, "ADD")).isEmpty();
    assertThat(of(instructions, "HEALTHCHECK")).hasSize(1);
    List<String> users = of(instructions, "USER");
    assertThat(users.get(users.size() - 1)).isNotEqualTo("root").isNotEqualTo("0");
    assertThat(instructions).noneMatch(each -> each.contains("sudo") || each.contains("curl "));
    assertThat(Deployed.path("image/" + name + ".dockerignore")).exists();
  }

  /** A shell between would keep SIGTERM from the JVM, and nothing would drain. */
  @ParameterizedTest
  @ValueSource(strings = {"headwater", "healthy", "layout"})
  void scriptsAreExecutable(String name) {
    assertThat(Files.isExecutable(Deployed.path("image/" + name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = "Dockerfile")
  void theProcessIsStartedWithoutAShell(String name) throws IOException {
    assertThat(of(instructions(name), "ENTRYPOINT")).containsExactly("[\"headwater\"]");
    assertThat(Files.readString(Deployed.path("image/headwater"))).contains("\nexec ");
  }

  private static List<String> instructions(String name) throws IOException {
    String text = Files.readString(Deployed.path("image/" + name)).replace("\\\n", " ");
    return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  private static List<String> of(List<String> instructions, String keyword) {
    return instructions.stream()
        .filter(each -> each.startsWith(keyword + " "))
        .map(each -> each.substring(keyword.length() + 1).strip())
        .toList();
  }
}
