package dev.headwater.launcher.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.serving.ServingService;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One case of {@code clients/contract/cases.json}.
 *
 * @param json {@code name, call, key?, with{}?, body?, attempts?, longest_wait_ms?, timeout_ms?,
 *     front[]?, always?, gives?, refused?, tries?, waits_ms?, until?}
 */
record ContractCase(JsonNode json) {
  private static final int GATEWAY_TIMEOUT = 504;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern VALUE = Pattern.compile("\\$\\{([a-z ]+)}");

  /** Returns the cases that are written down. */
  static List<ContractCase> written() throws IOException {
    List<ContractCase> cases = new ArrayList<>();
    JSON.readTree(Deployed.root().resolve("clients/contract/cases.json").toFile())
        .forEach(each -> cases.add(new ContractCase(each)));
    return cases;
  }

  /** Returns a case for each code that the document lists: what a client makes of it. */
  static List<ContractCase> ofProblems() {
    List<ContractCase> cases = new ArrayList<>();
    for (JsonNode problem : Calls.DOCUMENT.path("x-headwater-problems")) {
      boolean retry = problem.path("retry").asBoolean();
      ObjectNode said = JSON.createObjectNode();
      said.set("status", problem.path("status"));
      said.set("code", problem.path("code"));
      ObjectNode given = said.deepCopy().put("detail", "of a test");
      ObjectNode one = JSON.createObjectNode();
      one.put("name", "understands " + problem.path("code").asText());
      ask(one, problem.path("status").asInt() == GATEWAY_TIMEOUT);
      one.set("always", retry ? given.deepCopy().put("retry_after", "0") : given);
      one.set("refused", said);
      cases.add(new ContractCase(one.put("tries", retry ? 3 : 1)));
    }
    return cases;
  }

  /**
   * A node itself says of an order alone that it did not hear in time, and orders are made once.
   */
  private static void ask(ObjectNode one, boolean order) {
    one.put("call", order ? "unpinVersion" : "getItemStatus");
    ObjectNode with = one.putObject("with").put("domain", GuardedPlatform.DOMAIN);
    if (order) {
      one.putObject("body").put("why", "of a test");
    } else {
      with.put("item", "a");
    }
  }

  String name() {
    return json.path("name").asText();
  }

  String call() {
    return json.path("call").asText();
  }

  /** Returns the name of the key that is shown, empty for none. */
  String key() {
    return json.path("key").asText("operator");
  }

  boolean repeatsUntilItIsSo() {
    return json.path("until").asBoolean();
  }

  /**
   * Returns the case with names in {@code ${}} replaced by their values. A name is looked up once:
   * a version that is asked for is the one that is expected, whatever was sealed since.
   */
  ContractCase with(Function<String, JsonNode> values) {
    Map<String, JsonNode> once = new HashMap<>();
    return new ContractCase(filled(json, name -> once.computeIfAbsent(name, values)));
  }

  private static JsonNode filled(JsonNode node, Function<String, JsonNode> values) {
    if (node.isObject()) {
      ObjectNode object = JSON.createObjectNode();
      node.properties().forEach(e -> object.set(e.getKey(), filled(e.getValue(), values)));
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      node.forEach(each -> array.add(filled(each, values)));
      return array;
    }
    if (!node.isTextual()) {
      return node;
    }
    var whole = VALUE.matcher(node.textValue());
    return whole.matches()
        ? values.apply(whole.group(1))
        : TextNode.valueOf(whole.replaceAll(name -> values.apply(name.group(1)).asText()));
  }

  /** Returns what a driver is asked. */
  ObjectNode asked(String url, @Nullable String key) {
    ObjectNode asked = JSON.createObjectNode().put("url", url).put("call", call());
    if (key != null) {
      asked.put("key", key);
    }
    asked.put("attempts", json.path("attempts").asInt(3)).put("first_wait_ms", 10);
    asked.put("longest_wait_ms", json.path("longest_wait_ms").asInt(5_000));
    asked.put("timeout_ms", json.path("timeout_ms").asInt(15_000));
    ArrayNode path = asked.putArray("path");
    ObjectNode query = asked.putObject("query");
    List<String> parts = Calls.parts(call());
    parts.forEach(part -> path.addArray().add(part).add(json.path("with").path(part).asText()));
    for (Map.Entry<String, JsonNode> each : json.path("with").properties()) {
      if (!parts.contains(each.getKey())) {
        query.set(each.getKey(), each.getValue());
      }
    }
    if (json.has("body")) {
      asked.set("body", json.path("body"));
      asked.put("body_type", Calls.bodyType(call()));
    }
    return asked;
  }

  /** What the OpenAPI document says of calls. */
  static final class Calls {
    static final JsonNode DOCUMENT = document();

    private Calls() {}

    private static JsonNode document() {
      try (InputStream in = ServingService.class.getResourceAsStream("http/openapi.json")) {
        return JSON.readTree(Objects.requireNonNull(in));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    static Set<String> all() {
      Set<String> all = new TreeSet<>();
      DOCUMENT.path("paths").findValues("operationId").forEach(each -> all.add(each.asText()));
      return all;
    }

    /** Returns the parameters of its path, in order. */
    static List<String> parts(String call) {
      for (Map.Entry<String, JsonNode> path : DOCUMENT.path("paths").properties()) {
        for (JsonNode operation : path.getValue()) {
          if (operation.path("operationId").asText().equals(call)) {
            return Pattern.compile("\\{([a-z]+)}")
                .matcher(path.getKey())
                .results()
                .map(part -> part.group(1))
                .toList();
          }
        }
      }
      throw new IllegalArgumentException("no call " + call);
    }

    static String bodyType(String call) {
      for (JsonNode path : DOCUMENT.path("paths")) {
        for (JsonNode operation : path) {
          if (operation.path("operationId").asText().equals(call)) {
            String schema =
                operation.at("/requestBody/content/application~1json/schema/$ref").asText();
            return schema.substring(schema.lastIndexOf('/') + 1);
          }
        }
      }
      throw new IllegalArgumentException("no call " + call);
    }
  }
}
