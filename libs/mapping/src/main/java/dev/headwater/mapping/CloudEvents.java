package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 in Kafka's protocol binding. Both content modes become the same tree: attributes
 * and extensions under their names, the event itself under {@code data}, so that a mapping does not
 * change with the mode.
 */
final class CloudEvents implements Envelope.Opener {
  private static final String PREFIX = "ce_";
  private static final String CONTENT_TYPE = "content-type";
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch";
  private static final List<String> REQUIRED = List.of("id", "source", "type");

  @Override
  public Envelope.Opened open(ForeignRecord record, Envelope.Decoders decoders)
      throws RejectedRecordException {
    String contentType = text(record.headers().get(CONTENT_TYPE));
    if (contentType.startsWith(BATCH)) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "a batch: Kafka's binding of CloudEvents has none");
    }
    boolean binary =
        !contentType.startsWith(STRUCTURED) && record.headers().containsKey(PREFIX + "id");
    JsonNode event = binary ? binary(record, decoders.value()) : structured(record);
    check(event);
    return Envelope.Opened.present(event);
  }

  private static JsonNode binary(ForeignRecord record, Decoder data)
      throws RejectedRecordException {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, byte[]> header : record.headers().entrySet()) {
      if (header.getKey().startsWith(PREFIX)) {
        event.put(header.getKey().substring(PREFIX.length()), text(header.getValue()));
      }
    }
    byte[] value = record.value();
    if (value != null) {
      event.set("data", data.decode(value));
    }
    return event;
  }

  /** The whole event in one JSON object, whatever its data are. */
  private static JsonNode structured(ForeignRecord record) throws RejectedRecordException {
    byte[] value = record.value();
    if (value == null) {
      throw new RejectedRecordException(ReasonCode.WRONG_FORMAT, "no value and no ce_ headers");
    }
    JsonNode event = new JsonDecoder().decode(value);
    if (event instanceof ObjectNode object && event.path("data_base64").isTextual()) {
      try {
        byte[] data = event.path("data_base64").binaryValue();
        object.set("data", new JsonDecoder().decode(data));
      } catch (IOException e) {
        throw new RejectedRecordException(ReasonCode.WRONG_FORMAT, "data_base64 is no base64");
      }
    }
    return event;
  }

  private static void check(JsonNode event) throws RejectedRecordException {
    String version = event.path("specversion").asText();
    if (!version.startsWith("1.")) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "no CloudEvent of version 1: specversion is '" + version + "'");
    }
    for (String attribute : REQUIRED) {
      if (event.path(attribute).asText().isEmpty()) {
        throw new RejectedRecordException(
            ReasonCode.MISSING_FIELD, "a CloudEvent without " + attribute);
      }
    }
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
