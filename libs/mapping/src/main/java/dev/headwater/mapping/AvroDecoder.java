package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro with the schema that it was written with: by the registry's id, or bare bytes with the
 * one schema of a file. For one thread.
 */
final class AvroDecoder implements Decoder {
  /** No record is larger: what Kafka may decompress to is bounded below that. */
  private static final int MAX_LENGTH = 32 << 20;

  static {
    // Avro believes the length that it reads and takes the memory first: a forged one would end the
    // process. It reads its
    // limits once, from system properties alone; what an operator set stays.
    for (String kind : new String[] {"bytes", "string", "collectionItems"}) {
      String property = "org.apache.avro.limits." + kind + ".maxLength";
      System.setProperty(property, System.getProperty(property, Integer.toString(MAX_LENGTH)));
    }
  }

  private final SchemaRegistry registry;
  private final @Nullable Schema fixed;
  private final Map<Integer, Schema> schemas = new HashMap<>();

  AvroDecoder(@Nullable Path file, SchemaRegistry registry) {
    this.registry = registry;
    this.fixed = file == null ? null : parsed(file);
  }

  private static Schema parsed(Path file) {
    try {
      return new Schema.Parser().parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the schema " + file, e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("no Avro schema: " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public JsonNode decode(byte[] bytes) throws RejectedRecordException {
    if (fixed != null) {
      return read(fixed, ByteBuffer.wrap(bytes));
    }
    WireFormat wire = WireFormat.read(bytes);
    return read(schema(wire.schema()), wire.rest());
  }

  private Schema schema(int id) throws RejectedRecordException {
    Schema known = schemas.get(id);
    if (known == null) {
      known = parsed(registry.schema(id), id);
      schemas.put(id, known);
    }
    return known;
  }

  private static Schema parsed(RegisteredSchema registered, int id) throws RejectedRecordException {
    if (!registered.type().equals("AVRO")) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "schema " + id + " is " + registered.type() + ", not AVRO");
    }
    try {
      Schema.Parser parser = new Schema.Parser();
      define(parser, registered);
      return parser.parse(registered.text());
    } catch (RuntimeException e) {
      // Where a type is not there, Avro says it by a NullPointerException.
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_SCHEMA, "schema " + id + " cannot be read: " + e.getMessage());
    }
  }

  private static void define(Schema.Parser parser, RegisteredSchema schema) {
    for (RegisteredSchema.Named reference : schema.references()) {
      define(parser, reference.schema());
      parser.parse(reference.schema().text());
    }
  }

  /** What a forged length or a wrong schema leads to, the decoder says in many ways. */
  private static JsonNode read(Schema schema, ByteBuffer bytes) throws RejectedRecordException {
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(
                bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), null);
    try {
      Object datum = new GenericDatumReader<>(schema).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new RejectedRecordException(
            ReasonCode.WRONG_FORMAT, "bytes follow the value of schema " + schema.getFullName());
      }
      return AvroTree.of(schema, datum);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "not of schema " + schema.getFullName() + ": " + e);
    }
  }
}
