package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a record's fields as they are declared and converts them.
 *
 * @param fields as declared
 * @param scope the record in hand
 */
record FieldReader(Map<String, FieldMapping> fields, Scope scope) {
  /** Finds a field; null where it is not declared, or nothing stands there. */
  @Nullable JsonNode find(String field) {
    FieldMapping mapping = fields.get(field);
    JsonNode found = mapping == null ? null : mapping.find(scope);
    return found == null || Scope.isNothing(found) ? null : found;
  }

  /** Returns a text, null where there is none. */
  @Nullable String text(String field) throws RejectedRecordException {
    JsonNode found = find(field);
    return found == null ? null : Conversions.text(field, found);
  }

  /**
   * Returns a text.
   *
   * @throws RejectedRecordException {@code missing_field}, saying where it was looked for
   */
  String required(String field) throws RejectedRecordException {
    String text = text(field);
    if (text == null) {
      throw missing(field);
    }
    return text;
  }

  RejectedRecordException missing(String field) {
    FieldMapping mapping = fields.get(field);
    return new RejectedRecordException(
        field.equals("title") ? ReasonCode.ITEM_WITHOUT_TITLE : ReasonCode.MISSING_FIELD,
        mapping == null
            ? field + " is not declared in the mapping"
            : field + ": nothing at " + mapping.where());
  }

  /** Returns a time in Unix milliseconds, null where there is none. */
  @Nullable Long time(String field) throws RejectedRecordException {
    FieldMapping mapping = fields.get(field);
    JsonNode found = find(field);
    return mapping == null || found == null ? null : (Long) mapping.time().read(field, found);
  }
}
