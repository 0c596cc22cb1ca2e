package dev.headwater.launcher.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.serving.ServingService;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code docs/api-reference.md} says what the OpenAPI document says. */
class ApiReferencePageTest {
  private static final String DOCUMENT = "http/openapi.json";

  private final JsonNode document;

  ApiReferencePageTest() throws IOException {
    try (InputStream text = ServingService.class.getResourceAsStream(DOCUMENT)) {
      document = new ObjectMapper().readTree(Objects.requireNonNull(text));
    }
  }

  @Test
  void isUpToDate() throws IOException {
    StringBuilder page = new StringBuilder(GeneratedPage.origin("openapi.json"));
    page.append(
        """
        # Every call of the HTTP API

        What they are for, and what answers mean, stands in [api.md](api.md). A node serves the whole document, with schemas, at `/openapi.json`.

        | call | what for | parameters | answers |
        |---|---|---|---|
        """);
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        page.append(row(path.getKey(), method.getKey(), method.getValue()));
      }
    }
    GeneratedPage.check("api-reference.md", page.toString());
  }

  private String row(String path, String method, JsonNode operation) {
    List<String> parameters = new ArrayList<>();
    operation
        .path("parameters")
        .forEach(
            each -> {
              JsonNode parameter = resolved(each);
              if (!"path".equals(parameter.path("in").asText())) {
                parameters.add("`" + parameter.path("name").asText() + "`");
              }
            });
    JsonNode body = resolved(operation.at("/requestBody/content/application~1json/schema"));
    body.path("properties").fieldNames().forEachRemaining(f -> parameters.add("`{" + f + "}`"));
    List<String> answers = new ArrayList<>();
    operation.path("responses").fieldNames().forEachRemaining(answers::add);
    return "| `%s %s` | %s | %s | %s |%n"
        .formatted(
            method.toUpperCase(Locale.ROOT),
            path,
            operation.path("summary").asText().replace("|", "\\|"),
            String.join(" ", parameters),
            String.join(" ", answers.stream().sorted().toList()));
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }
}
