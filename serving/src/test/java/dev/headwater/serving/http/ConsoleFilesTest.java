package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The console's files: what is not one of them, their types and headers, and what they refer to.
 */
class ConsoleFilesTest {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:src|href|from|import)[= (]+['\"](?:\\./)?([a-z0-9-]+\\.[a-z]+)['\"]");

  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private static List<Path> files() throws IOException, URISyntaxException {
    URI folder =
        Objects.requireNonNull(
                ConsoleFilesTest.class.getResource("/dev/headwater/serving/console/index.html"))
            .toURI();
    try (var files = Files.list(Path.of(folder).getParent())) {
      return files.toList();
    }
  }

  @Test
  void knowsNoOtherFiles() {
    for (String path :
        List.of(
            "/console/nothing.js",
            "/console/..%2fhttp%2fopenapi.json",
            "/console/%2e%2e%2fhttp%2fopenapi.json",
            "/console/openapi.json",
            "/console/index.html%00.js",
            "/console/Index.html",
            "/console/a/b.js")) {
      assertThat(node.get(path).status()).as(path).isIn(400, 404);
    }
  }

  @Test
  void servesThePageUnderAStrictPolicy() {
    var page = node.get("/console/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.http().headers().firstValue("content-type").orElse("")).contains("text/html");
    String policy = page.http().headers().firstValue("content-security-policy").orElse("");
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "*", "http");
    assertThat(page.http().headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(page.http().body()).doesNotContain("<script>", "<style", " style=", " onclick");
    assertThat(node.get("/").body().path("console").asText()).isEqualTo("/console/");
  }

  @Test
  void leadsToTheFolderThatRelativeAddressesNeed() {
    var redirect = node.get("/console");
    assertThat(redirect.status()).isEqualTo(307);
    assertThat(redirect.http().headers().firstValue("location")).hasValue("console/");
  }

  @Test
  void everyFileIsServedAndRefersOnlyToFilesThatAreThere() throws Exception {
    List<Path> files = files();
    List<String> names = files.stream().map(file -> file.getFileName().toString()).toList();
    assertThat(names).contains("app.js", "console.css");
    for (Path file : files) {
      String text = Files.readString(file);
      assertThat(node.get("/console/" + file.getFileName()).status()).isEqualTo(200);
      assertThat(text.lines().count()).as(file.toString()).isLessThanOrEqualTo(400);
      assertThat(text)
          .as("%s calls nothing elsewhere and makes no markup of texts", file)
          .doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "//cdn");
      Matcher references = REFERENCE.matcher(text);
      while (references.find()) {
        assertThat(names).as(file.toString()).contains(references.group(1));
      }
    }
  }
}
