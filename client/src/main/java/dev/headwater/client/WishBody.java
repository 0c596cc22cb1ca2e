package dev.headwater.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;

/** A wish as the fields of a body; some have other names there than in a query. */
final class WishBody {
  private WishBody() {}

  static ObjectNode of(Wish wish) {
    ObjectNode body = Calls.JSON.createObjectNode();
    wish.values().forEach((name, values) -> put(body, name, values));
    return body;
  }

  private static void put(ObjectNode body, String name, List<String> values) {
    switch (name) {
      case "category" -> values.forEach(body.withArray("categories")::add);
      case "brand" -> values.forEach(body.withArray("brands")::add);
      case "exclude" -> values.forEach(body.withArray(name)::add);
      case "attribute" ->
          values.forEach(
              pair -> {
                int colon = pair.indexOf(':');
                body.withObject("/attributes")
                    .put(pair.substring(0, colon), pair.substring(colon + 1));
              });
      case "cursor" -> body.put(name, values.get(0));
      default -> body.set(name, literal(values.get(0)));
    }
  }

  /** Numbers, true and false read as in JSON. */
  private static com.fasterxml.jackson.databind.JsonNode literal(String text) {
    try {
      return Calls.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
