package dev.headwater.events.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;

/** Writes records field by field. */
final class Fields {
  private static final JsonMapper JSON = new JsonMapper();

  private Fields() {}

  static ObjectNode none() {
    return JSON.createObjectNode();
  }

  static byte[] bytes(ObjectNode fields) {
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
