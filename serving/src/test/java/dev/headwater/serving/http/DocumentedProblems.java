package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Holds what a node answers against the problems that {@code openapi.json} says of each call. */
final class DocumentedProblems {
  /** Answers of no call: where nothing is at a path, or not by this method. */
  private static final List<String> OF_NO_CALL =
      List.of("not_found", "method_not_allowed", "bad_path", "body_too_large", "http_");

  private final JsonNode document;

  DocumentedProblems() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      document = new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode document() {
    return document;
  }

  /** Returns what a reference stands for, and anything else as it is. */
  JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  /** Returns the operations by method and path. */
  List<JsonNode> operations() {
    List<JsonNode> operations = new ArrayList<>();
    document.path("paths").forEach(path -> path.forEach(operations::add));
    return operations;
  }

  /** Fails where a problem is none that its call is said to give. */
  void check(String method, String path, JsonNode body, HttpResponse<?> response) {
    String type = response.headers().firstValue("content-type").orElse("");
    if (!type.contains("problem+json")) {
      return;
    }
    String code = body.path("code").asText();
    JsonNode operation = operation(method, path);
    if (OF_NO_CALL.stream().anyMatch(code::startsWith)) {
      return;
    }
    String status = Integer.toString(response.statusCode());
    JsonNode told = resolved(operation.path("responses").path(status));
    List<String> codes = new ArrayList<>();
    told.path("x-headwater-codes").forEach(each -> codes.add(each.asText()));
    assertThat(codes).as("%s %s answers %s", method, path, status).contains(code);
    told.path("headers")
        .fieldNames()
        .forEachRemaining(
            header -> assertThat(response.headers().firstValue(header)).as(path).isPresent());
  }

  private JsonNode operation(String method, String path) {
    for (Map.Entry<String, JsonNode> each : document.path("paths").properties()) {
      JsonNode operation = each.getValue().path(method.toLowerCase(Locale.ROOT));
      if (!operation.isMissingNode()
          && path.matches(each.getKey().replaceAll("\\{[a-z]+}", "[^/]*"))) {
        return operation;
      }
    }
    return MissingNode.getInstance();
  }
}
