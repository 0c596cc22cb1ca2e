package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroDecoderTest {
  private static final String SCHEMA =
      """
      {"type": "record", "name": "Click", "namespace": "shop", "fields": [
        {"name": "id", "type": "string"},
        {"name": "user", "type": ["null", "long"], "default": null},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["VIEW", "BUY"]}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "more", "type": {"type": "map", "values": "int"}}]}
      """;

  private RegistryStandIn registry;

  @BeforeEach
  void start() throws IOException {
    registry = new RegistryStandIn();
    registry.schema(7, "AVRO", SCHEMA, "");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static byte[] click() throws IOException {
    Schema schema = new Schema.Parser().parse(SCHEMA);
    GenericRecord click = new GenericData.Record(schema);
    click.put("id", "e1");
    click.put("user", 4711L);
    click.put("at", 1_759_999_999_123_456L);
    click.put("day", 20_370);
    click.put("price", ByteBuffer.wrap(new BigDecimal("12.50").unscaledValue().toByteArray()));
    click.put("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "BUY"));
    click.put("tags", List.of("x", "y"));
    click.put("more", Map.of("n", 3));
    return binary(schema, click);
  }

  static byte[] binary(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  static byte[] framed(int id, byte[] value) {
    return ByteBuffer.allocate(5 + value.length).put((byte) 0).putInt(id).put(value).array();
  }

  @Test
  void everyTypeBecomesWhatAMappingCanRead() throws Exception {
    JsonNode tree = new AvroDecoder(null, registry.registry()).decode(framed(7, click()));
    assertThat(tree)
        .hasToString(
            "{\"id\":\"e1\",\"user\":4711,\"at\":\"2025-10-09T08:53:19.123456Z\",\"day\":\"2025-10-09\","
                + "\"price\":12.50,\"kind\":\"BUY\",\"tags\":[\"x\",\"y\"],\"more\":{\"n\":3}}");
  }

  /** A local time is no moment: which one it is depends on the zone that the mapping names. */
  @Test
  void aLocalTimeIsMeantInTheMappingsZone() throws Exception {
    TimeFormat berlin = TimeFormat.of(null, null, "Europe/Berlin");
    long atNoon = 1_760_011_200_000L; // as if in UTC
    for (String unit : List.of("millis", "micros", "nanos")) {
      long value = atNoon * (unit.equals("millis") ? 1 : unit.equals("micros") ? 1_000 : 1_000_000);
      assertThat(berlin.read("at", time("local-timestamp-" + unit, value)))
          .as(unit)
          .isEqualTo(atNoon - 2 * 3_600_000);
      assertThat(berlin.read("at", time("timestamp-" + unit, value))).as(unit).isEqualTo(atNoon);
    }
    assertThat(time("local-timestamp-millis", atNoon).textValue()).isEqualTo("2025-10-09T12:00:00");
    assertThat(time("local-timestamp-millis", -1).textValue()).isEqualTo("1969-12-31T23:59:59.999");
  }

  private static JsonNode time(String logicalType, long value) {
    String type = "{\"type\":\"long\",\"logicalType\":\"%s\"}".formatted(logicalType);
    return AvroTree.of(new Schema.Parser().parse(type), value);
  }

  @Test
  void aSchemaIsAskedForOnce() throws Exception {
    SchemaRegistry shared = registry.registry();
    new AvroDecoder(null, shared).decode(framed(7, click()));
    new AvroDecoder(null, shared).decode(framed(7, click()));
    assertThat(registry.asked).containsExactly("/v7/schemas/ids/7");
  }

  @Test
  void bareBytesAreReadWithTheSchemaOfAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("click.avsc"), SCHEMA);
    JsonNode tree = new AvroDecoder(file, registry.registry()).decode(click());
    assertThat(tree.path("id").asText()).isEqualTo("e1");
    assertThat(registry.asked).isEmpty();
    Path wrong = Files.writeString(folder.resolve("wrong.avsc"), "{}");
    assertThatThrownBy(() -> new AvroDecoder(wrong, registry.registry()))
        .hasMessageContaining("wrong.avsc");
  }

  @Test
  void typesOfOtherSubjectsAreFound() throws Exception {
    registry.answers.put(
        "/v7/subjects/shop money/versions/2",
        "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Money\\\",\\\"fields\\\":[{\\\"name\\\":\\\"cents\\\",\\\"type\\\":\\\"int\\\"}]}\"}");
    String order =
        "{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"total\",\"type\":\"Money\"}]}";
    registry.schema(
        9, "AVRO", order, "[{\"name\":\"Money\",\"subject\":\"shop money\",\"version\":2}]");
    byte[] five = {10};
    assertThat(new AvroDecoder(null, registry.registry()).decode(framed(9, five)))
        .hasToString("{\"total\":{\"cents\":5}}");
  }

  @Test
  void whatCannotBeReadIsRefusedWithACode() throws Exception {
    AvroDecoder decoder = new AvroDecoder(null, registry.registry());
    registry.schema(8, "PROTOBUF", "syntax = \"proto3\";", "");
    registry.schema(10, "AVRO", "{\"type\": \"nothing\"}", "");
    assertThat(code(decoder, click())).isEqualTo("wrong_format");
    assertThat(code(decoder, new byte[0])).isEqualTo("wrong_format");
    assertThat(code(decoder, framed(7, new byte[] {2}))).isEqualTo("wrong_format");
    assertThat(code(decoder, framed(8, click()))).isEqualTo("wrong_format");
    assertThat(code(decoder, framed(10, click()))).isEqualTo("unknown_schema");
    assertThat(code(decoder, framed(99, click()))).isEqualTo("unknown_schema");
    byte[] longer = java.util.Arrays.copyOf(click(), click().length + 1);
    assertThat(code(decoder, framed(7, longer))).isEqualTo("wrong_format");
  }

  @Test
  void rubbishIsRefusedWhateverItIs() throws Exception {
    AvroDecoder decoder = new AvroDecoder(null, registry.registry());
    byte[] good = click();
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        var unused = decoder.decode(framed(7, bad));
      } catch (RejectedRecordException e) {
        assertThat(e.reason().code()).as("flip %d", i).isEqualTo("wrong_format");
      }
    }
  }

  /** A text said to be of a gigabyte must not take a gigabyte before the end of the bytes shows. */
  @Test
  void aForgedLengthTakesNoMemory() {
    AvroDecoder decoder = new AvroDecoder(null, registry.registry());
    byte[] gigabyte = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x08};
    assertThat(code(decoder, framed(7, gigabyte))).isEqualTo("wrong_format");
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNoFaultOfTheRecord() throws Exception {
    SchemaRegistry shared = registry.registry();
    registry.failing = 503;
    AvroDecoder decoder = new AvroDecoder(null, shared);
    byte[] value = framed(7, click());
    assertThatThrownBy(() -> decoder.decode(value))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("503");
    registry.failing = 0;
    assertThat(decoder.decode(value).path("id").asText()).isEqualTo("e1");
    AvroDecoder lost = new AvroDecoder(null, new SchemaRegistry(RegistrySetting.NONE));
    assertThatThrownBy(() -> lost.decode(value)).hasMessageContaining("ingest.registry.url");
  }

  @Test
  void anUnknownIdIsNotAskedForAgainAtOnce() {
    AvroDecoder decoder = new AvroDecoder(null, registry.registry());
    assertThat(code(decoder, framed(99, new byte[] {1}))).isEqualTo("unknown_schema");
    assertThat(code(decoder, framed(99, new byte[] {1}))).isEqualTo("unknown_schema");
    assertThat(registry.asked).hasSize(1);
  }

  @Test
  void aUserIsShownToTheRegistryAndNotInTexts() throws Exception {
    RegistrySetting setting = registry.setting("ann", "s3cret");
    new AvroDecoder(null, new SchemaRegistry(setting)).decode(framed(7, click()));
    assertThat(registry.authorizations).containsExactly("Basic YW5uOnMzY3JldA==");
    assertThat(setting.toString()).contains("ann").doesNotContain("s3cret");
  }

  private static String code(Decoder decoder, byte[] value) {
    try {
      return "read: " + decoder.decode(value);
    } catch (RejectedRecordException e) {
      return e.reason().code();
    }
  }
}
