package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;

/** Makes a tree of bytes. For one thread. */
interface Decoder {
  /** Any bytes, as text. */
  Decoder TEXT = bytes -> TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));

  /**
   * Decodes a key or a value.
   *
   * @throws RejectedRecordException {@code wrong_format}, {@code not_json}, {@code unknown_schema}
   * @throws RegistryUnavailableException where the schema cannot be asked for at present
   */
  JsonNode decode(byte[] bytes) throws RejectedRecordException;

  /** Returns that of a format. */
  static Decoder of(Format format, TopicMapping mapping, SchemaRegistry registry) {
    return switch (format) {
      case JSON -> new JsonDecoder();
      case AVRO -> new AvroDecoder(mapping.schema(), registry);
      case PROTOBUF -> new ProtobufDecoder(mapping.schema(), mapping.message(), registry);
      case TEXT -> TEXT;
    };
  }
}
