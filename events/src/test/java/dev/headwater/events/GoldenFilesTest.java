package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files in {@code src/test/resources/golden} were written once and are never written again:
 * bytes that stand in somebody's topics. What an old release wrote must be read as it was meant,
 * and what this one writes must be what old readers were shown.
 *
 * <p>For a new record type, add its sample and run {@code GoldenFilesTest.main} with the folder: it
 * writes the files that are missing and leaves the others alone.
 */
class GoldenFilesTest {
  static Stream<String> messages() {
    return GoldenSamples.messages().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void oldBytesAreReadAsTheyWereMeant(String name) throws Exception {
    Message sample = Objects.requireNonNull(GoldenSamples.messages().get(name));
    Message read = sample.getParserForType().parseFrom(golden(name + ".bin"));
    assertThat(read).isEqualTo(sample);
    assertThat(read.getUnknownFields().asMap()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void thePresentWriterWritesTheSameBytes(String name) throws Exception {
    Message sample = Objects.requireNonNull(GoldenSamples.messages().get(name));
    assertThat(sample.toByteArray()).isEqualTo(golden(name + ".bin"));
  }

  /** Names of the newest sample of each record. */
  static Stream<String> newest() {
    Map<String, String> byType = new LinkedHashMap<>();
    GoldenSamples.messages()
        .forEach((name, sample) -> byType.put(sample.getDescriptorForType().getName(), name));
    return byType.values().stream();
  }

  @ParameterizedTest
  @MethodSource("newest")
  void everyFieldOfTheMessageIsInItsSample(String name) {
    Message sample = Objects.requireNonNull(GoldenSamples.messages().get(name));
    assertThat(sample.getAllFields().keySet())
        .containsExactlyInAnyOrderElementsOf(sample.getDescriptorForType().getFields());
  }

  @Test
  void oldJsonIsReadAsItWasMeant() throws Exception {
    assertThat(PublicRecords.parseInteraction(golden("interaction.json"), Long.MAX_VALUE))
        .isEqualTo(GoldenSamples.interaction());
    assertThat(PublicRecords.parseCatalogItem(golden("catalog-item.json")))
        .isEqualTo(GoldenSamples.catalogItem());
  }

  @Test
  void thePresentWriterWritesTheSameJson() throws Exception {
    assertThat(text(PublicRecords.toJson(GoldenSamples.interaction())))
        .isEqualTo(text(golden("interaction.json")));
    assertThat(text(PublicRecords.toJson(GoldenSamples.catalogItem())))
        .isEqualTo(text(golden("catalog-item.json")));
  }

  private static byte[] golden(String file) throws Exception {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }

  /** Writes the golden files that are missing into the folder given. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, Message> each : GoldenSamples.messages().entrySet()) {
      write(folder.resolve(each.getKey() + ".bin"), each.getValue().toByteArray());
    }
    write(folder.resolve("interaction.json"), PublicRecords.toJson(GoldenSamples.interaction()));
    write(folder.resolve("catalog-item.json"), PublicRecords.toJson(GoldenSamples.catalogItem()));
  }

  private static void write(Path file, byte[] bytes) throws Exception {
    if (Files.notExists(file)) {
      Files.write(file, bytes);
    }
  }
}
