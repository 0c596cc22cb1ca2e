package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.headwater.events.Topics;
import dev.headwater.events.json.ReasonCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What generators of clients, and those who read it, ask of {@code openapi.json}. */
class OpenApiDocumentTest {
  private static final Pattern CODE =
      Pattern.compile(
          "(?:badRequest|notFound|unavailable|Problem\\.of|ApiException)\\("
              + "\\s*(?:HttpStatus\\.\\w+,\\s*|status,\\s*)?\"([a-z_]+)\"");

  /** Those that a record gets on its way from Kafka alone. */
  private static final Set<ReasonCode> NOT_OVER_HTTP =
      EnumSet.of(
          ReasonCode.BATCH_TOO_LARGE,
          ReasonCode.WRONG_FORMAT,
          ReasonCode.UNKNOWN_SCHEMA,
          ReasonCode.NO_USABLE_TEXT,
          ReasonCode.UNDECODABLE,
          ReasonCode.PROCESSING_FAILED);

  private final DocumentedProblems problems = new DocumentedProblems();
  private final JsonNode document = problems.document();

  @Test
  void operationIdsAreInCamelCaseAndUnique() {
    List<String> ids = new ArrayList<>();
    problems.operations().forEach(each -> ids.add(each.path("operationId").asText()));
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z]+([A-Z][a-z]+)+"));
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<JsonNode> references = document.findValues("$ref");
    assertThat(references).hasSizeGreaterThan(100);
    for (JsonNode each : references) {
      assertThat(document.at(each.asText().substring(1)).isMissingNode()).as("%s", each).isFalse();
    }
  }

  @Test
  void pathsNameTheirParameters() {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      Set<String> named = new TreeSet<>();
      Matcher part = Pattern.compile("\\{([a-z]+)}").matcher(path.getKey());
      part.results().forEach(each -> named.add(each.group(1)));
      for (JsonNode operation : path.getValue()) {
        Set<String> declared = new TreeSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
          if (parameter.path("in").asText().equals("path")) {
            declared.add(parameter.path("name").asText());
            assertThat(parameter.path("required").asBoolean()).isTrue();
          }
        }
        assertThat(declared).as(path.getKey()).isEqualTo(named);
      }
    }
  }

  @Test
  void operationsHaveAKnownTagAndThereIsAServer() {
    Set<String> tags = new TreeSet<>();
    document.path("tags").forEach(each -> tags.add(each.path("name").asText()));
    for (JsonNode operation : problems.operations()) {
      assertThat(operation.path("tags")).hasSize(1);
      assertThat(tags).contains(operation.path("tags").get(0).asText());
    }
    assertThat(document.at("/servers/0/url").asText()).startsWith("http");
  }

  @Test
  void examplesAreWhatTheirSchemasSay() {
    JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    List<JsonNode> contents = document.findValues("content");
    int examples = 0;
    for (JsonNode content : contents) {
      for (JsonNode media : content) {
        if (media.has("example")) {
          var schema = new ObjectMapper().createObjectNode();
          schema.setAll((com.fasterxml.jackson.databind.node.ObjectNode) media.path("schema"));
          schema.set("components", document.path("components"));
          assertThat(schemas.getSchema(schema).validate(media.path("example"))).isEmpty();
          examples++;
        }
      }
    }
    assertThat(examples).isGreaterThan(40);
  }

  @Test
  void recordsHaveTheFieldsOfThePublicContract() throws IOException {
    for (String record : List.of("interaction", "catalog-item")) {
      JsonNode contract = contract(record);
      JsonNode said = document.at("/components/schemas/" + contract.path("title").asText());
      assertThat(fields(said.path("properties"))).isEqualTo(fields(contract.path("properties")));
      assertThat(said.path("required")).isEqualTo(contract.path("required"));
    }
  }

  private static JsonNode contract(String record) throws IOException {
    try (InputStream in = Topics.class.getResourceAsStream(record + ".schema.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, record));
    }
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private Map<String, Integer> listed() {
    Map<String, Integer> listed = new TreeMap<>();
    for (JsonNode each : document.path("x-headwater-problems")) {
      Integer before = listed.put(each.path("code").asText(), each.path("status").asInt());
      assertThat(before).as("%s twice", each).isNull();
    }
    return listed;
  }

  @Test
  void everyCodeOfTheServerIsListed() throws IOException {
    Set<String> codes = new TreeSet<>();
    for (Path sources : List.of(Path.of("src/main/java"), Path.of("../libs/http/src/main/java"))) {
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          Matcher code = CODE.matcher(Files.readString(file));
          code.results().forEach(each -> codes.add(each.group(1)));
        }
      }
    }
    assertThat(codes).contains("bad_cursor", "store_busy", "timeout", "internal", "bad_path");
    codes.remove("client_gone"); // nobody is left to hear it
    codes.remove("bad_"); // and what is added to it: by every call, below
    codes.remove("http_"); // and a status that HTTP itself gives, as 414
    for (ReasonCode each : EnumSet.complementOf(EnumSet.copyOf(NOT_OVER_HTTP))) {
      codes.add(each.code());
    }
    assertThat(listed().keySet()).containsAll(codes);
  }

  @Test
  void everyParameterAndFieldHasTheCodeOfItsRefusal() {
    for (JsonNode operation : problems.operations()) {
      Set<String> codes = new TreeSet<>();
      operation.at("/responses/400/x-headwater-codes").forEach(each -> codes.add(each.asText()));
      for (JsonNode parameter : operation.path("parameters")) {
        if (parameter.path("in").asText().equals("query")) {
          assertThat(codes).contains("bad_" + parameter.path("name").asText());
        }
      }
      JsonNode body =
          problems.resolved(operation.at("/requestBody/content/application~1json/schema"));
      fields(body.path("properties")).forEach(each -> assertThat(codes).contains("bad_" + each));
    }
  }

  @Test
  void theCodesOfCallsAreThoseListed() {
    Map<String, Integer> listed = listed();
    Set<String> told = new TreeSet<>(Set.of("method_not_allowed"));
    for (JsonNode operation : problems.operations()) {
      for (Map.Entry<String, JsonNode> each : operation.path("responses").properties()) {
        JsonNode response = problems.resolved(each.getValue());
        for (JsonNode code : response.path("x-headwater-codes")) {
          told.add(code.asText());
          assertThat(listed).containsEntry(code.asText(), Integer.valueOf(each.getKey()));
          assertThat(response.path("description").asText()).contains("`" + code.asText() + "`");
        }
      }
    }
    assertThat(told).isEqualTo(listed.keySet());
  }

  @Test
  void whatMayBeAskedAgainSaysWhen() {
    for (JsonNode each : document.path("x-headwater-problems")) {
      boolean later = each.path("status").asInt() == 429 || each.path("status").asInt() == 503;
      assertThat(each.path("retry").asBoolean()).as("%s", each).isEqualTo(later);
    }
    for (JsonNode operation : problems.operations()) {
      for (String status : List.of("429", "503")) {
        JsonNode response = problems.resolved(operation.path("responses").path(status));
        if (response.has("x-headwater-codes")) {
          assertThat(response.path("headers").has("Retry-After")).isTrue();
        }
      }
    }
  }
}
