package dev.headwater.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/**
 * Reads and writes the JSON of the two public topics {@code interactions} and {@code catalog}
 * ({@link Deletion} reads and writes its own). Reading checks against the JSON Schema, then what a
 * schema cannot say: identifier length in bytes, blank titles, time. Null in an optional field is
 * the same as leaving it out; a field that appears twice is refused, since readers differ in which
 * one they take. Every refusal is a {@link RejectedRecordException} with a code. Immutable; safe
 * for concurrent use.
 */
public final class PublicRecords {
  /** Longest identifier, in bytes of UTF-8. */
  public static final int MAX_ID_BYTES = 256;

  private static final JsonMapper JSON = new JsonMapper();
  private static final CheckedJson INTERACTION = new CheckedJson(interactionSchema());
  private static final CheckedJson CATALOG_ITEM = new CheckedJson(catalogItemSchema());

  private PublicRecords() {}

  /** Returns the JSON Schema text of topic {@code interactions}. */
  public static String interactionSchema() {
    return resource("interaction.schema.json");
  }

  /** Returns the JSON Schema text of topic {@code catalog}. */
  public static String catalogItemSchema() {
    return resource("catalog-item.schema.json");
  }

  /** Returns the JSON Schema text of topic {@code deletions}. */
  public static String deletionSchema() {
    return resource("deletion.schema.json");
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
    Interaction plain = InteractionReader.read(value, latestMs);
    return plain != null ? plain : parseBySchema(value, latestMs);
  }

  static Interaction parseBySchema(byte[] value, long latestMs) throws RejectedRecordException {
    JsonNode node = INTERACTION.read(value);
    long timestamp = timestamp(node.get("timestamp"), latestMs);
    return new Interaction(
        CheckedJson.id(node, "event_id"),
        CheckedJson.domain(node),
        CheckedJson.ownId(node, "user"),
        CheckedJson.ownId(node, "item"),
        InteractionType.valueOf(node.get("type").textValue().toUpperCase(Locale.ROOT)),
        node.hasNonNull("value") ? finite(node.get("value")) : null,
        timestamp,
        node.hasNonNull("recommendation_id") ? CheckedJson.id(node, "recommendation_id") : null,
        node.hasNonNull("position") ? node.get("position").intValue() : -1);
  }

  static long timestamp(JsonNode node, long latestMs) throws RejectedRecordException {
    // The schema says integer >= 0; one beyond 64 bits is in the future as well.
    if (!node.canConvertToLong() || node.longValue() > latestMs) {
      throw new RejectedRecordException(
          ReasonCode.TIMESTAMP_IN_FUTURE,
          "timestamp " + node.asText() + " is later than " + latestMs);
    }
    return node.longValue();
  }

  private static double finite(JsonNode node) throws RejectedRecordException {
    double value = node.doubleValue();
    if (!Double.isFinite(value)) {
      throw new RejectedRecordException(ReasonCode.INVALID_VALUE, "value is too large a number");
    }
    return value;
  }

  /**
   * Reads a catalog item.
   *
   * @param value the record's value as received
   * @throws RejectedRecordException when it does not meet the contract
   */
  public static CatalogItem parseCatalogItem(byte[] value) throws RejectedRecordException {
    JsonNode node = CATALOG_ITEM.read(value);
    String title = CheckedJson.wellFormed(node.get("title").textValue());
    if (title.isBlank()) {
      throw new RejectedRecordException(ReasonCode.ITEM_WITHOUT_TITLE, "title is blank");
    }
    List<String> categories = new ArrayList<>();
    node.path("categories").forEach(c -> categories.add(CheckedJson.wellFormed(c.textValue())));
    Map<String, String> attributes = new LinkedHashMap<>();
    node.path("attributes")
        .properties()
        .forEach(
            a ->
                attributes.put(
                    CheckedJson.wellFormed(a.getKey()),
                    CheckedJson.wellFormed(a.getValue().textValue())));
    return new CatalogItem(
        CheckedJson.domain(node),
        CheckedJson.ownId(node, "item"),
        title,
        CheckedJson.text(node, "brand"),
        categories,
        CheckedJson.text(node, "text"),
        attributes,
        !node.hasNonNull("available") || node.get("available").booleanValue());
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

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = PublicRecords.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
