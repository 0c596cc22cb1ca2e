package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.time.Instant;
import java.util.List;

/**
 * A Protobuf message as a tree, fields under the names of the {@code .proto} file. A field that has
 * presence and is not set is absent; one without stands there with its default, as Protobuf means
 * it. Timestamps become ISO 8601 texts, wrappers what they wrap, enums their names.
 */
final class ProtobufTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ProtobufTree() {}

  static JsonNode of(Message message) {
    String type = message.getDescriptorForType().getFullName();
    if (type.equals("google.protobuf.Timestamp")) {
      return NODES.textNode(
          Instant.ofEpochSecond(number(message, "seconds"), number(message, "nanos")).toString());
    }
    if (type.startsWith("google.protobuf.") && type.endsWith("Value") && isWrapper(message)) {
      FieldDescriptor value = message.getDescriptorForType().findFieldByName("value");
      return single(value, message.getField(value));
    }
    ObjectNode node = NODES.objectNode();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        node.set(field.getName(), map(field, (List<?>) message.getField(field)));
      } else if (field.isRepeated()) {
        node.set(field.getName(), array(field, (List<?>) message.getField(field)));
      } else if (!field.hasPresence() || message.hasField(field)) {
        node.set(field.getName(), single(field, message.getField(field)));
      }
    }
    return node;
  }

  private static boolean isWrapper(Message message) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    return fields.size() == 1 && fields.get(0).getName().equals("value");
  }

  private static long number(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    return ((Number) message.getField(field)).longValue();
  }

  private static JsonNode array(FieldDescriptor field, List<?> values) {
    ArrayNode node = NODES.arrayNode();
    values.forEach(value -> node.add(single(field, value)));
    return node;
  }

  private static JsonNode map(FieldDescriptor field, List<?> entries) {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    ObjectNode node = NODES.objectNode();
    for (Object entry : entries) {
      Message pair = (Message) entry;
      node.set(String.valueOf(pair.getField(key)), single(value, pair.getField(value)));
    }
    return node;
  }

  private static JsonNode single(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case INT -> NODES.numberNode(unsigned(field, (Integer) value));
      case LONG -> NODES.numberNode((Long) value);
      case FLOAT -> NODES.numberNode((Float) value);
      case DOUBLE -> NODES.numberNode((Double) value);
      case BOOLEAN -> NODES.booleanNode((Boolean) value);
      case STRING -> NODES.textNode((String) value);
      case BYTE_STRING -> NODES.binaryNode(((ByteString) value).toByteArray());
      case ENUM -> NODES.textNode(((EnumValueDescriptor) value).getName());
      case MESSAGE -> of((Message) value);
    };
  }

  private static long unsigned(FieldDescriptor field, int value) {
    boolean unsigned =
        field.getType() == FieldDescriptor.Type.UINT32
            || field.getType() == FieldDescriptor.Type.FIXED32;
    return unsigned ? Integer.toUnsignedLong(value) : value;
  }
}
