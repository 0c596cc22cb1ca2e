package dev.headwater.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a JSON body and refuses what is wrong, naming the field. */
public final class BodyReader implements Parameters {
  private static final int TEXT_MAX = 10_000;

  private final JsonNode root;

  private BodyReader(JsonNode root) {
    this.root = root;
  }

  static BodyReader of(byte[] bytes, Set<String> fields) {
    JsonNode root = object(bytes);
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      if (!fields.contains(names.next())) {
        throw ApiException.badRequest(
            "unknown_field", "unknown field; known here: " + fields.stream().sorted().toList());
      }
    }
    return new BodyReader(root);
  }

  /** Reads a JSON object with any fields. */
  public static JsonNode object(byte[] bytes) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest("malformed_body", "the body is not JSON: " + place(e));
    } catch (IOException e) {
      throw ApiException.badRequest("malformed_body", "the body is not JSON");
    }
    if (root == null || !root.isObject()) {
      throw ApiException.badRequest("malformed_body", "the body must be a JSON object");
    }
    return root;
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? "unreadable"
        : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }

  private @Nullable JsonNode field(String name) {
    JsonNode node = root.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** Returns an integer. */
  @Override
  public int integer(String name, int absent, int min, int max) {
    JsonNode node = field(name);
    if (node == null) {
      return absent;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      throw ApiException.badRequest(
          "bad_" + name, name + " must be an integer from " + min + " to " + max);
    }
    return node.intValue();
  }

  /** Returns a yes or no; absent is no. */
  @Override
  public boolean flag(String name) {
    JsonNode node = field(name);
    if (node == null) {
      return false;
    }
    if (!node.isBoolean()) {
      throw ApiException.badRequest("bad_" + name, name + " must be true or false");
    }
    return node.booleanValue();
  }

  @Override
  public List<String> ids(String name, int max) {
    return ids(name, max, false);
  }

  /** Returns identifiers; absent is empty unless required. */
  public List<String> ids(String name, int max, boolean required) {
    JsonNode node = field(name);
    if (node == null && !required) {
      return List.of();
    }
    if (node == null || !node.isArray() || node.size() > max) {
      throw ApiException.badRequest(
          "bad_" + name, name + " must be a list of at most " + max + " item identifiers");
    }
    List<String> ids = new ArrayList<>(node.size());
    for (JsonNode each : node) {
      if (!each.isTextual()) {
        throw ApiException.badRequest("bad_" + name, name + " must hold strings only");
      }
      ids.add(ApiRequest.checkedId(name, each.textValue()));
    }
    return ids;
  }

  /** Returns strings; absent is empty. */
  @Override
  public List<String> texts(String name, int max) {
    JsonNode node = field(name);
    if (node == null) {
      return List.of();
    }
    if (!node.isArray() || node.size() > max) {
      throw ApiException.badRequest("bad_" + name, name + " must be a list of strings");
    }
    List<String> texts = new ArrayList<>(node.size());
    for (JsonNode each : node) {
      if (!each.isTextual()) {
        throw ApiException.badRequest("bad_" + name, name + " must hold strings only");
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  /** Returns strings by name; absent is empty. */
  public Map<String, String> textMap(String name, int max) {
    JsonNode node = field(name);
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > max) {
      throw ApiException.badRequest("bad_" + name, name + " must be an object of strings");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      if (!each.getValue().isTextual()) {
        throw ApiException.badRequest("bad_" + name, name + " must hold strings only");
      }
      texts.put(each.getKey(), each.getValue().textValue());
    }
    return texts;
  }

  /** Returns a number from 0 to {@code max}; absent is 0. */
  @Override
  public float fraction(String name, float max) {
    JsonNode node = field(name);
    if (node == null) {
      return 0;
    }
    return ApiRequest.checkedFraction(name, node.isNumber() ? node.doubleValue() : -1, max);
  }

  /** Returns a 64-bit integer, null when there is none. */
  @Override
  public @Nullable Long optionalInteger64(String name) {
    return field(name) == null ? null : Long.valueOf(integer64(name));
  }

  /** Returns a text, null when there is none. */
  @Override
  public @Nullable String optionalText(String name) {
    return field(name) == null ? null : text(name, TEXT_MAX);
  }

  /** Returns a 64-bit integer. */
  public long integer64(String name) {
    JsonNode node = field(name);
    if (node == null || !node.isIntegralNumber() || !node.canConvertToLong()) {
      throw ApiException.badRequest("bad_" + name, name + " must be an integer");
    }
    return node.longValue();
  }

  /** Returns a text. */
  public String text(String name, int max) {
    JsonNode node = field(name);
    if (node == null || !node.isTextual() || node.textValue().length() > max) {
      throw ApiException.badRequest(
          "bad_" + name, name + " must be a string of at most " + max + " characters");
    }
    return node.textValue();
  }

  /** Returns a text that says something: more than blanks. */
  public String words(String name, int max) {
    String text = text(name, max);
    if (text.isBlank()) {
      throw ApiException.badRequest("bad_" + name, name + " must say something");
    }
    return text;
  }
}
