package dev.headwater.mapping;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;

/** Reads JSON, whole numbers and fractions as they are written. */
final class JsonDecoder implements Decoder {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final int HEADER_BYTES = 5;

  @Override
  public JsonNode decode(byte[] bytes) throws RejectedRecordException {
    int from = WireFormat.isBefore(bytes) ? HEADER_BYTES : 0;
    try {
      JsonNode tree = JSON.readTree(bytes, from, bytes.length - from);
      if (tree == null || tree.isMissingNode()) {
        throw new RejectedRecordException(ReasonCode.NOT_JSON, "empty");
      }
      return tree;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new RejectedRecordException(ReasonCode.NOT_JSON, "not JSON: " + message);
    }
  }
}
