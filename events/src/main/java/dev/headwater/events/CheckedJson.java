package dev.headwater.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Bytes to a JSON object that meets one schema, every refusal with its {@link ReasonCode}. Where
 * several things are wrong, the code that stands first in the enum counts and the detail names them
 * all. Immutable; safe for concurrent use.
 */
final class CheckedJson {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_DETAIL_CHARS = 1000;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private final JsonSchema schema;

  CheckedJson(String schema) {
    this.schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
  }

  JsonNode read(byte[] value) throws RejectedRecordException {
    JsonNode node = parse(value);
    if (node == null || !node.isObject()) {
      throw new RejectedRecordException(ReasonCode.NOT_JSON, "not a JSON object");
    }
    Set<ValidationMessage> problems = schema.validate(node);
    if (!problems.isEmpty()) {
      throw rejection(problems);
    }
    return node;
  }

  private static JsonNode parse(byte[] value) throws RejectedRecordException {
    try {
      return JSON.readTree(value);
    } catch (StreamConstraintsException e) {
      throw new RejectedRecordException(
          ReasonCode.INVALID_VALUE, "beyond what is read: " + firstLine(e));
    } catch (MismatchedInputException e) {
      boolean twice = firstLine(e).startsWith("Duplicate field");
      throw new RejectedRecordException(
          twice ? ReasonCode.INVALID_VALUE : ReasonCode.NOT_JSON, firstLine(e));
    } catch (IOException e) {
      throw new RejectedRecordException(ReasonCode.NOT_JSON, "not JSON: " + firstLine(e));
    }
  }

  private static RejectedRecordException rejection(Set<ValidationMessage> problems) {
    List<String> details = problems.stream().map(ValidationMessage::getMessage).sorted().toList();
    ReasonCode reason =
        problems.stream().map(CheckedJson::reason).min(Enum::compareTo).orElseThrow();
    return new RejectedRecordException(reason, shortened(String.join("; ", details)));
  }

  private static ReasonCode reason(ValidationMessage problem) {
    String field = field(problem);
    boolean title = "title".equals(field);
    return switch (problem.getType()) {
      case "required" -> title ? ReasonCode.ITEM_WITHOUT_TITLE : ReasonCode.MISSING_FIELD;
      case "type" -> ReasonCode.WRONG_TYPE;
      case "minLength" -> title ? ReasonCode.ITEM_WITHOUT_TITLE : ReasonCode.EMPTY_ID;
      case "maxLength" ->
          "domain".equals(field) ? ReasonCode.UNKNOWN_DOMAIN : ReasonCode.ID_TOO_LONG;
      case "minimum" ->
          "timestamp".equals(field) ? ReasonCode.TIMESTAMP_NEGATIVE : ReasonCode.INVALID_VALUE;
      default -> ReasonCode.INVALID_VALUE;
    };
  }

  private static String field(ValidationMessage problem) {
    return problem.getProperty() != null
        ? problem.getProperty()
        : Objects.toString(problem.getInstanceLocation().getName(-1), "");
  }

  /** Returns optional text, empty when absent or null. */
  static String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? Identifiers.wellFormed(node.get(field).textValue()) : "";
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    return line.isEmpty() ? "unreadable" : shortened(line);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_DETAIL_CHARS ? text : text.substring(0, MAX_DETAIL_CHARS) + "…";
  }
}
