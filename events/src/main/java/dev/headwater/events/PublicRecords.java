package dev.headwater.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the JSON of the two public topics {@code interactions} and {@code catalog} ({@link
 * Deletion} reads its own): against the JSON Schema first, then by the rules that a schema cannot
 * say, which the records themselves know. Null in an optional field is the same as leaving it out;
 * a field that appears twice is refused, since readers differ in which one they take. Every refusal
 * is a {@link RejectedRecordException} with a code. Immutable; safe for concurrent use.
 */
public final class PublicRecords {
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
            node.get("event_id").textValue(),
            node.get("domain").textValue(),
            node.get("user").textValue(),
            node.get("item").textValue(),
            Objects.requireNonNull(InteractionType.of(node.get("type").textValue()), "type"),
            node.hasNonNull("value") ? node.get("value").doubleValue() : null,
            timestamp,
            node.hasNonNull("recommendation_id") ? node.get("recommendation_id").textValue() : null,
            node.hasNonNull("position") ? node.get("position").intValue() : -1)
        .checked();
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

  /**
   * Reads a catalog item.
   *
   * @param value the record's value as received
   * @throws RejectedRecordException when it does not meet the contract
   */
  public static CatalogItem parseCatalogItem(byte[] value) throws RejectedRecordException {
    JsonNode node = CATALOG_ITEM.read(value);
    List<String> categories = new ArrayList<>();
    node.path("categories").forEach(c -> categories.add(Identifiers.wellFormed(c.textValue())));
    Map<String, String> attributes = new LinkedHashMap<>();
    node.path("attributes")
        .properties()
        .forEach(
            a ->
                attributes.put(
                    Identifiers.wellFormed(a.getKey()),
                    Identifiers.wellFormed(a.getValue().textValue())));
    return new CatalogItem(
            node.get("domain").textValue(),
            node.get("item").textValue(),
            CheckedJson.text(node, "title"),
            CheckedJson.text(node, "brand"),
            categories,
            CheckedJson.text(node, "text"),
            attributes,
            !node.hasNonNull("available") || node.get("available").booleanValue())
        .checked();
  }

  private static String resource(String name) {
    try (InputStream in = PublicRecords.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
