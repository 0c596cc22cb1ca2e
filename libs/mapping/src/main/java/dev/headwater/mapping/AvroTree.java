package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * A generic Avro value as a tree. Times and dates become ISO 8601 texts, local times such without a
 * zone, decimals numbers: what the schema says of them is not lost, and a mapping need not say it
 * again.
 */
public final class AvroTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AvroTree() {}

  /** Returns the tree of a value of this schema. */
  public static JsonNode of(Schema schema, @Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    return switch (schema.getType()) {
      case UNION -> {
        int branch = GenericData.get().resolveUnion(schema, value);
        yield of(schema.getTypes().get(branch), value);
      }
      case RECORD -> record((IndexedRecord) value);
      case ARRAY -> array(schema.getElementType(), (Collection<?>) value);
      case MAP -> map(schema.getValueType(), (Map<?, ?>) value);
      case BYTES -> bytes(schema.getLogicalType(), ((ByteBuffer) value).duplicate());
      case FIXED -> bytes(schema.getLogicalType(), ByteBuffer.wrap(((GenericFixed) value).bytes()));
      case INT, LONG -> number(schema.getLogicalType(), ((Number) value).longValue());
      case FLOAT -> NODES.numberNode((Float) value);
      case DOUBLE -> NODES.numberNode((Double) value);
      case BOOLEAN -> NODES.booleanNode((Boolean) value);
      case STRING, ENUM -> NODES.textNode(value.toString());
      case NULL -> NODES.nullNode();
    };
  }

  private static JsonNode record(IndexedRecord record) {
    ObjectNode node = NODES.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      node.set(field.name(), of(field.schema(), record.get(field.pos())));
    }
    return node;
  }

  private static JsonNode array(Schema element, Collection<?> values) {
    ArrayNode node = NODES.arrayNode();
    values.forEach(value -> node.add(of(element, value)));
    return node;
  }

  private static JsonNode map(Schema type, Map<?, ?> values) {
    ObjectNode node = NODES.objectNode();
    values.forEach((key, value) -> node.set(key.toString(), of(type, value)));
    return node;
  }

  private static JsonNode bytes(@Nullable LogicalType type, ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    if (type instanceof LogicalTypes.Decimal decimal && bytes.length > 0) {
      return NODES.numberNode(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
    }
    return NODES.binaryNode(bytes);
  }

  private static JsonNode number(@Nullable LogicalType type, long value) {
    String name = type == null ? "" : type.getName();
    Instant epoch = Instant.EPOCH;
    return switch (name) {
      case "date" -> NODES.textNode(LocalDate.ofEpochDay(value).toString());
      case "timestamp-millis" -> NODES.textNode(Instant.ofEpochMilli(value).toString());
      case "local-timestamp-millis" -> local(Instant.ofEpochMilli(value));
      case "timestamp-micros" -> NODES.textNode(epoch.plus(value, ChronoUnit.MICROS).toString());
      case "local-timestamp-micros" -> local(epoch.plus(value, ChronoUnit.MICROS));
      case "timestamp-nanos" -> NODES.textNode(epoch.plusNanos(value).toString());
      case "local-timestamp-nanos" -> local(epoch.plusNanos(value));
      default -> NODES.numberNode(value);
    };
  }

  /** What a clock on some wall showed: without a zone, so that the mapping's holds. */
  private static JsonNode local(Instant asIfUtc) {
    return NODES.textNode(
        DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            LocalDateTime.ofInstant(asIfUtc, ZoneOffset.UTC)));
  }
}
