package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Protobuf: by the registry's id and the indexes of the message in its file, or bare bytes
 * with the one message of a {@code .proto} file. For one thread.
 */
final class ProtobufDecoder implements Decoder {
  private static final int MAX_NESTING = 100;

  private final SchemaRegistry registry;
  private final @Nullable Descriptor fixed;
  private final Map<Integer, FileDescriptor> files = new HashMap<>();

  ProtobufDecoder(@Nullable Path file, @Nullable String message, SchemaRegistry registry) {
    this.registry = registry;
    this.fixed = file == null ? null : ProtoFiles.message(ProtoFiles.of(file), message);
  }

  @Override
  public JsonNode decode(byte[] bytes) throws RejectedRecordException {
    if (fixed != null) {
      return read(fixed, ByteBuffer.wrap(bytes));
    }
    WireFormat wire = WireFormat.read(bytes);
    FileDescriptor file = file(wire.schema());
    ByteBuffer rest = wire.rest();
    try {
      return read(named(file, rest), rest);
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "names no message of schema " + wire.schema());
    }
  }

  private FileDescriptor file(int id) throws RejectedRecordException {
    FileDescriptor known = files.get(id);
    if (known == null) {
      RegisteredSchema registered = registry.schema(id);
      if (!registered.type().equals("PROTOBUF")) {
        throw new RejectedRecordException(
            ReasonCode.WRONG_FORMAT,
            "schema " + id + " is " + registered.type() + ", not PROTOBUF");
      }
      try {
        known = ProtoFiles.of(registered);
      } catch (IllegalArgumentException e) {
        throw new RejectedRecordException(
            ReasonCode.UNKNOWN_SCHEMA, "schema " + id + " cannot be read: " + e.getMessage());
      }
      files.put(id, known);
    }
    return known;
  }

  /** The way to the message: how many indexes, then each, in zigzag; none stands for the first. */
  private static Descriptor named(FileDescriptor file, ByteBuffer bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    int count = in.readSInt32();
    if (count > MAX_NESTING) {
      throw new IndexOutOfBoundsException(count);
    }
    List<Integer> way = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      way.add(in.readSInt32());
    }
    bytes.position(bytes.position() + in.getTotalBytesRead());
    Descriptor message = file.getMessageTypes().get(way.isEmpty() ? 0 : way.get(0));
    for (int i = 1; i < way.size(); i++) {
      message = message.getNestedTypes().get(way.get(i));
    }
    return message;
  }

  private static JsonNode read(Descriptor message, ByteBuffer bytes)
      throws RejectedRecordException {
    try {
      DynamicMessage read = DynamicMessage.parseFrom(message, CodedInputStream.newInstance(bytes));
      return ProtobufTree.of(read);
    } catch (IOException | RuntimeException e) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "no " + message.getFullName() + ": " + e.getMessage());
    }
  }
}
