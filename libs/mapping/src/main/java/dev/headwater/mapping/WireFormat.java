package dev.headwater.mapping;

import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.ByteBuffer;

/**
 * The five bytes that registries' serializers put before a value: zero, then the schema's id.
 *
 * @param schema id in the registry
 * @param rest what follows
 */
record WireFormat(int schema, ByteBuffer rest) {
  private static final int BYTES = 5;

  static boolean isBefore(byte[] value) {
    return value.length >= BYTES && value[0] == 0;
  }

  static WireFormat read(byte[] value) throws RejectedRecordException {
    if (!isBefore(value)) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT,
          "does not begin with the zero and the schema id of a registry's serializer");
    }
    ByteBuffer bytes = ByteBuffer.wrap(value);
    int id = bytes.position(1).getInt();
    return new WireFormat(id, bytes);
  }
}
