package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtobufDecoderTest {
  private static final String SCHEMA =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      import "shop/kind.proto";
      message Envelope {
        message Click {
          string id = 1;
          uint64 user = 2;
          google.protobuf.Timestamp at = 3;
          Kind kind = 4;
          repeated string tags = 5;
          map<string, int32> more = 6;
          optional string note = 7;
        }
      }
      message Other { string name = 1; }
      """;
  private static final String KIND =
      "syntax = \"proto3\";\npackage shop;\nenum Kind { VIEW = 0; BUY = 1; }\n";
  private static final String EXPECTED =
      "{\"id\":\"e1\",\"user\":4711,\"at\":\"2025-10-09T08:53:19Z\",\"kind\":\"BUY\","
          + "\"tags\":[\"x\"],\"more\":{}}";

  @TempDir private Path folder;
  private RegistryStandIn registry;
  private Descriptor click;

  @BeforeEach
  void start() throws IOException {
    registry = new RegistryStandIn();
    registry.answers.put(
        "/v7/subjects/kind/versions/1",
        "{\"schemaType\":\"PROTOBUF\",\"schema\":"
            + JsonDecoder.JSON.getNodeFactory().textNode(KIND)
            + "}");
    registry.schema(
        7,
        "PROTOBUF",
        SCHEMA,
        "[{\"name\":\"shop/kind.proto\",\"subject\":\"kind\",\"version\":1}]");
    Files.createDirectories(folder.resolve("shop"));
    Files.writeString(folder.resolve("shop/kind.proto"), KIND);
    Path file = Files.writeString(folder.resolve("click.proto"), SCHEMA);
    click = ProtoFiles.of(file).getMessageTypes().get(0).getNestedTypes().get(0);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private byte[] value() {
    FieldDescriptor kind = click.findFieldByName("kind");
    return DynamicMessage.newBuilder(click)
        .setField(click.findFieldByName("id"), "e1")
        .setField(click.findFieldByName("user"), 4711L)
        .setField(
            click.findFieldByName("at"), Timestamp.newBuilder().setSeconds(1_759_999_999L).build())
        .setField(kind, kind.getEnumType().findValueByName("BUY"))
        .addRepeatedField(click.findFieldByName("tags"), "x")
        .build()
        .toByteArray();
  }

  /** Indexes 0, 0 in zigzag behind their count: the first message's first nested one. */
  private static byte[] nested(byte[] value) {
    byte[] all = new byte[value.length + 3];
    all[0] = 4;
    System.arraycopy(value, 0, all, 3, value.length);
    return all;
  }

  @Test
  void aNestedMessageOfARegisteredFileIsRead() throws Exception {
    JsonNode tree =
        new ProtobufDecoder(null, null, registry.registry())
            .decode(AvroDecoderTest.framed(7, nested(value())));
    assertThat(tree).hasToString(EXPECTED);
  }

  @Test
  void bareBytesAreReadWithAFile() throws Exception {
    Path other =
        Files.writeString(
            folder.resolve("flat.proto"),
            KIND.replace("enum", "message F { string id = 1; }\nenum"));
    JsonNode tree =
        new ProtobufDecoder(other, "F", registry.registry()).decode(new byte[] {10, 1, 'x'});
    assertThat(tree).hasToString("{\"id\":\"x\"}");
    assertThat(registry.asked).isEmpty();
    assertThatThrownBy(() -> new ProtobufDecoder(other, "G", registry.registry()))
        .hasMessageContaining("has no message G");
  }

  @Test
  void whatCannotBeReadIsRefusedWithACode() {
    ProtobufDecoder decoder = new ProtobufDecoder(null, null, registry.registry());
    registry.schema(8, "AVRO", "\"string\"", "");
    registry.schema(9, "PROTOBUF", "message of nobody", "");
    assertThat(code(decoder, value())).isEqualTo("wrong_format");
    assertThat(code(decoder, AvroDecoderTest.framed(8, value()))).isEqualTo("wrong_format");
    assertThat(code(decoder, AvroDecoderTest.framed(9, value()))).isEqualTo("unknown_schema");
    assertThat(code(decoder, AvroDecoderTest.framed(99, value()))).isEqualTo("unknown_schema");
    byte[] nowhere = {2, 40, 0};
    assertThat(code(decoder, AvroDecoderTest.framed(7, nowhere))).isEqualTo("wrong_format");
    byte[] negative = {2, 1, 0};
    assertThat(code(decoder, AvroDecoderTest.framed(7, negative))).isEqualTo("wrong_format");
    byte[] empty = {};
    assertThat(code(decoder, AvroDecoderTest.framed(7, empty))).isEqualTo("wrong_format");
    assertThat(code(decoder, AvroDecoderTest.framed(7, nested(new byte[] {10, 90}))))
        .isEqualTo("wrong_format");
  }

  private static String code(Decoder decoder, byte[] value) {
    try {
      return "read: " + decoder.decode(value);
    } catch (RejectedRecordException e) {
      return e.reason().code();
    }
  }
}
