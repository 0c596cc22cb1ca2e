package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What paths are looked up in: the value, and beside it what begins with {@code @}: {@code @key},
 * {@code @headers}, {@code @timestamp}, {@code @topic}, {@code @partition}, {@code @offset} of the
 * record and the {@code @each} element in hand.
 *
 * @param value the tree without its envelope
 * @param record the names with {@code @}
 * @param key where a path is looked up that leads to nothing in the value, as in Debezium's deletes
 */
record Scope(JsonNode value, ObjectNode record, @Nullable JsonNode key) {
  /** Returns what stands there; a missing node where nothing, or null, does. */
  JsonNode at(FieldPath path) {
    JsonNode found = path.in(path.isOfRecord() ? record : value);
    return isNothing(found) && key != null && !path.isOfRecord() ? path.in(key) : found;
  }

  static boolean isNothing(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
