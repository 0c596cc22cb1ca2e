package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a linter of Dockerfiles would say; none is to be had where these tests run. */
class DockerfileTest {
  @Test
  void whatItStandsOnIsPinnedAndCanBeAnother() throws IOException {
    List<String> instructions = instructions();
    assertThat(of(instructions, "FROM"))
        .containsExactly(
            "${JDK_IMAGE} AS build", "${FLINK_IMAGE} AS flink", "${JRE_IMAGE} AS headwater");
    List<String> defaults =
        of(instructions, "ARG").stream().filter(each -> each.contains("_IMAGE=")).toList();
    assertThat(defaults)
        .hasSize(3)
        .allMatch(each -> each.matches("[A-Z]+_IMAGE=[a-z-]+:[\\w.-]*\\d[\\w.-]*"));
    // A frontend of its own would be one more image to fetch.
    assertThat(Files.readString(Deployed.path("image/Dockerfile"))).doesNotContain("# syntax=");
  }

  @Test
  void eachImageIsWatchedAndNotRoot() throws IOException {
    List<String> instructions = instructions();
    assertThat(of(instructions, "ADD")).isEmpty();
    assertThat(of(instructions, "HEALTHCHECK")).hasSize(2);
    assertThat(of(instructions, "USER")).containsExactly("flink", "10001:10001");
    assertThat(instructions).noneMatch(each -> each.contains("sudo") || each.contains("curl "));
    assertThat(Deployed.path("image/Dockerfile.dockerignore")).exists();
  }

  /** A shell between would keep SIGTERM from the JVM, and nothing would drain. */
  @ParameterizedTest
  @ValueSource(strings = {"build", "headwater", "healthy", "layout"})
  void scriptsAreExecutable(String name) {
    assertThat(Files.isExecutable(Deployed.path("image/" + name))).isTrue();
  }

  @Test
  void theProcessIsStartedWithoutAShell() throws IOException {
    assertThat(of(instructions(), "ENTRYPOINT")).containsExactly("[\"headwater\"]");
    assertThat(Files.readString(Deployed.path("image/headwater"))).contains("\nexec ");
  }

  private static List<String> instructions() throws IOException {
    String text = Files.readString(Deployed.path("image/Dockerfile")).replace("\\\n", " ");
    return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  private static List<String> of(List<String> instructions, String keyword) {
    return instructions.stream()
        .filter(each -> each.startsWith(keyword + " "))
        .map(each -> each.substring(keyword.length() + 1).strip())
        .toList();
  }
}
