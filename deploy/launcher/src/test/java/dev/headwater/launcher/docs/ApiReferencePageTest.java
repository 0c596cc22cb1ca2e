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

        What they are for, and what answers mean, stands in [api.md](api.md). A node serves the whole document, with schemas, at `/openapi.json`; [clients](clients.md)
        name calls as the second column does.

        | call | name | what for | parameters | answers |
        |---|---|---|---|---|
        """);
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        page.append(row(path.getKey(), method.getKey(), method.getValue()));
      }
    }
    page.append(
        """

        ## Every error

        A problem (RFC 9457) with one of these codes. Asked again after `Retry-After`, those marked may be answered.

        | code | status | again | when |
        |---|---|---|---|
        """);
    for (JsonNode problem : document.path("x-headwater-problems")) {
      page.append(
          "| `%s` | %d | %s | %s |%n"
              .formatted(
                  problem.path("code").asText(),
                  problem.path("status").asInt(),
                  problem.path("retry").asBoolean() ? "yes" : "",
                  problem.path("when").asText()));
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
    fields(body).forEach(field -> parameters.add("`{" + field + "}`"));
    List<String> answers = new ArrayList<>();
    operation.path("responses").fieldNames().forEachRemaining(answers::add);
    return "| `%s %s` | `%s` | %s | %s | %s |%n"
        .formatted(
            method.toUpperCase(Locale.ROOT),
            path,
            operation.path("operationId").asText(),
            operation.path("summary").asText().replace("|", "\\|"),
            String.join(" ", parameters),
            String.join(" ", answers.stream().sorted().toList()));
  }

  /** Returns the fields of a body; of one of several kinds those of each. */
  private List<String> fields(JsonNode body) {
    List<String> fields = new ArrayList<>();
    body.path("oneOf").forEach(kind -> fields.addAll(fields(resolved(kind))));
    body.path("properties").fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }
}
