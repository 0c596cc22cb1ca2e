package dev.headwater.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.headwater.events.wire.InteractionType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads and writes the JSON of the two public topics. Reading checks against the JSON Schema, then
 * what a schema cannot say: identifier length in bytes, blank titles, time. Every refusal is a
 * {@link RejectedRecordException} with a code. Immutable; safe for concurrent use.
 */
public final class PublicRecords {
  /** Longest identifier, in bytes of UTF-8. */
  public static final int MAX_ID_BYTES = 256;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .build();
  private static final JsonSchema INTERACTION = schema("interaction.schema.json");
  private static final JsonSchema CATALOG_ITEM = schema("catalog-item.schema.json");

  private PublicRecords() {}

  /** Returns the JSON Schema text of topic {@code interactions}. */
  public static String interactionSchema() {
    return resource("interaction.schema.json");
  }

  /** Returns the JSON Schema text of topic {@code catalog}. */
  public static String catalogItemSchema() {
    return resource("catalog-item.schema.json");
  }

  /**
   * Reads an interaction.
   *
   * @param value the record's value as received
   * @param latestMs the latest event time to accept, Unix milliseconds
   * @throws RejectedRecordException when it does not meet the contract
   */
  public static Interaction parseInteraction(byte[] value, long latestMs)
      throws RejectedRecordException {
    JsonNode node = checked(value, INTERACTION);
    long timestamp = node.get("timestamp").longValue();
    if (timestamp > latestMs) {
      throw new RejectedRecordException(
          ReasonCode.TIMESTAMP_IN_FUTURE, "timestamp " + timestamp + " is later than " + latestMs);
    }
    return new Interaction(
        id(node, "event_id"),
        domain(node),
        id(node, "user"),
        id(node, "item"),
        InteractionType.valueOf(node.get("type").textValue().toUpperCase(Locale.ROOT)),
        node.hasNonNull("value") ? node.get("value").doubleValue() : null,
        timestamp,
        node.hasNonNull("recommendation_id") ? node.get("recommendation_id").textValue() : null,
        node.hasNonNull("position") ? node.get("position").intValue() : -1);
  }

  /**
   * Reads a catalog item.
   *
   * @param value the record's value as received
   * @throws RejectedRecordException when it does not meet the contract
   */
  public static CatalogItem parseCatalogItem(byte[] value) throws RejectedRecordException {
    JsonNode node = checked(value, CATALOG_ITEM);
    String title = node.get("title").textValue();
    if (title.isBlank()) {
      throw new RejectedRecordException(ReasonCode.ITEM_WITHOUT_TITLE, "title is blank");
    }
    List<String> categories = new ArrayList<>();
    node.path("categories").forEach(category -> categories.add(category.textValue()));
    Map<String, String> attributes = new LinkedHashMap<>();
    node.path("attributes")
        .properties()
        .forEach(a -> attributes.put(a.getKey(), a.getValue().textValue()));
    return new CatalogItem(
        domain(node),
        id(node, "item"),
        title,
        node.path("brand").asText(""),
        categories,
        node.path("text").asText(""),
        attributes,
        node.path("available").asBoolean(true));
  }

  /** Writes an interaction. */
  public static byte[] toJson(Interaction interaction) {
    ObjectNode node = JSON.createObjectNode();
    node.put("event_id", interaction.eventId());
    node.put("domain", interaction.domain());
    node.put("user", interaction.user());
    node.put("item", interaction.item());
    node.put("type", interaction.type().name().toLowerCase(Locale.ROOT));
    if (interaction.value() != null) {
      node.put("value", interaction.value());
    }
    node.put("timestamp", interaction.timestampMs());
    if (interaction.recommendationId() != null) {
      node.put("recommendation_id", interaction.recommendationId());
    }
    if (interaction.position() >= 0) {
      node.put("position", interaction.position());
    }
    return bytes(node);
  }

  /** Writes a catalog item. */
  public static byte[] toJson(CatalogItem item) {
    ObjectNode node = JSON.createObjectNode();
    node.put("domain", item.domain());
    node.put("item", item.item());
    node.put("title", item.title());
    if (!item.brand().isEmpty()) {
      node.put("brand", item.brand());
    }
    ArrayNode categories = node.putArray("categories");
    item.categories().forEach(categories::add);
    if (!item.text().isEmpty()) {
      node.put("text", item.text());
    }
    if (!item.attributes().isEmpty()) {
      ObjectNode attributes = node.putObject("attributes");
      item.attributes().forEach(attributes::put);
    }
    node.put("available", item.available());
    return bytes(node);
  }

  private static JsonNode checked(byte[] value, JsonSchema schema) throws RejectedRecordException {
    JsonNode node;
    try {
      node = JSON.readTree(value);
    } catch (IOException e) {
      throw new RejectedRecordException(ReasonCode.NOT_JSON, "not JSON: " + firstLine(e));
    }
    if (node == null || !node.isObject()) {
      throw new RejectedRecordException(ReasonCode.NOT_JSON, "not a JSON object");
    }
    Set<ValidationMessage> problems = schema.validate(node);
    if (!problems.isEmpty()) {
      throw rejection(node, problems);
    }
    return node;
  }

  private static RejectedRecordException rejection(JsonNode node, Set<ValidationMessage> problems) {
    List<String> details = problems.stream().map(ValidationMessage::getMessage).sorted().toList();
    ReasonCode reason =
        problems.stream().map(p -> reason(node, p)).min(Enum::compareTo).orElseThrow();
    String detail = String.join("; ", details);
    return new RejectedRecordException(
        reason, detail.length() <= 1000 ? detail : detail.substring(0, 1000) + "…");
  }

  private static ReasonCode reason(JsonNode node, ValidationMessage problem) {
    String field =
        problem.getProperty() != null
            ? problem.getProperty()
            : Objects.toString(problem.getInstanceLocation().getName(-1), "");
    boolean title = "title".equals(field);
    return switch (problem.getType()) {
      case "required" -> title ? ReasonCode.ITEM_WITHOUT_TITLE : ReasonCode.MISSING_FIELD;
      case "type" -> ReasonCode.WRONG_TYPE;
      case "minLength" -> title ? ReasonCode.ITEM_WITHOUT_TITLE : ReasonCode.EMPTY_ID;
      case "maxLength" -> ReasonCode.ID_TOO_LONG;
      case "minimum" ->
          "timestamp".equals(field) && node.path("timestamp").isNumber()
              ? ReasonCode.TIMESTAMP_NEGATIVE
              : ReasonCode.INVALID_VALUE;
      default -> ReasonCode.INVALID_VALUE;
    };
  }

  private static String id(JsonNode node, String field) throws RejectedRecordException {
    String id = node.get(field).textValue();
    int bytes = id.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_ID_BYTES) {
      throw new RejectedRecordException(
          ReasonCode.ID_TOO_LONG, field + " has " + bytes + " bytes, at most " + MAX_ID_BYTES);
    }
    return id;
  }

  private static String domain(JsonNode node) throws RejectedRecordException {
    String domain = node.get("domain").textValue();
    if (!Keys.isName(domain)) {
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_DOMAIN, "'" + domain + "' is not a domain name");
    }
    return domain;
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonSchema schema(String name) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(resource(name));
  }

  private static String resource(String name) {
    try (InputStream in = PublicRecords.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
