package dev.headwater.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain interactions, which are nearly all, without a tree and without the schema: known
 * fields only, each once, identifiers in ASCII. Whatever is not plain, good or bad, is left to the
 * schema, which decides and says why; so this reader may only accept what the schema accepts. For
 * one record.
 */
final class InteractionReader {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int MAX_ASCII_ID = Identifiers.MAX_BYTES;

  private final long latestMs;
  private int seen;
  private @Nullable String eventId;
  private @Nullable String domain;
  private @Nullable String user;
  private @Nullable String item;
  private @Nullable InteractionType type;
  private @Nullable Double value;
  private long timestampMs = -1;
  private @Nullable String recommendationId;
  private int position = -1;

  private InteractionReader(long latestMs) {
    this.latestMs = latestMs;
  }

  /** Returns the interaction, or null when the schema must look at it. */
  static @Nullable Interaction read(byte[] value, long latestMs) {
    try (JsonParser in = FACTORY.createParser(value)) {
      InteractionReader reader = new InteractionReader(latestMs);
      return in.nextToken() == JsonToken.START_OBJECT && reader.fields(in) ? reader.done() : null;
    } catch (IOException e) {
      return null;
    }
  }

  private boolean fields(JsonParser in) throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      if (!field(name, in)) {
        return false;
      }
    }
    return in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null;
  }

  private boolean field(String name, JsonParser in) throws IOException {
    switch (name) {
      case "event_id" -> eventId = id(in);
      case "domain" -> domain = id(in);
      case "user" -> user = id(in);
      case "item" -> item = id(in);
      case "type" ->
          type = in.hasToken(JsonToken.VALUE_STRING) ? InteractionType.of(in.getText()) : null;
      case "timestamp" -> timestampMs = whole(in, latestMs);
      case "value" -> value = in.currentToken().isNumeric() ? (Double) in.getDoubleValue() : null;
      case "recommendation_id" -> recommendationId = id(in);
      case "position" -> position = (int) whole(in, Interaction.MAX_POSITION);
      default -> {
        return false;
      }
    }
    return isRead(name) && once(name);
  }

  /** Null in an optional field, and whatever could not be read, goes to the schema. */
  private boolean isRead(String name) {
    return switch (name) {
      case "event_id" -> eventId != null;
      case "domain" -> domain != null && Identifiers.isName(domain);
      case "user" -> user != null;
      case "item" -> item != null;
      case "type" -> type != null;
      case "timestamp" -> timestampMs >= 0;
      case "value" -> value != null && Double.isFinite(value);
      case "recommendation_id" -> recommendationId != null;
      default -> position >= 0;
    };
  }

  private boolean once(String name) {
    int bit =
        switch (name) {
          case "event_id" -> 1;
          case "domain" -> 2;
          case "user" -> 4;
          case "item" -> 8;
          case "type" -> 16;
          case "timestamp" -> 32;
          case "value" -> 64;
          case "recommendation_id" -> 128;
          default -> 256;
        };
    boolean first = (seen & bit) == 0;
    seen |= bit;
    return first;
  }

  private static long whole(JsonParser in, long most) throws IOException {
    if (!in.hasToken(JsonToken.VALUE_NUMBER_INT)
        || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return -1;
    }
    long number = in.getLongValue();
    return number <= most ? number : -1;
  }

  private static @Nullable String id(JsonParser in) throws IOException {
    if (!in.hasToken(JsonToken.VALUE_STRING)) {
      return null;
    }
    String text = in.getText();
    if (text.isEmpty() || text.length() > MAX_ASCII_ID) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return null;
      }
    }
    return text;
  }

  private @Nullable Interaction done() {
    if (eventId == null || domain == null || user == null || item == null || type == null) {
      return null;
    }
    boolean reserved = Identifiers.isReserved(user) || Identifiers.isReserved(item);
    return timestampMs < 0 || reserved
        ? null
        : new Interaction(
            eventId, domain, user, item, type, value, timestampMs, recommendationId, position);
  }
}
