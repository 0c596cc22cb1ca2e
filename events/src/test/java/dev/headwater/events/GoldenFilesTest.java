package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

  @ParameterizedTest
  @MethodSource("messages")
  void everyFieldOfTheMessageIsInOneOfItsSamples(String name) {
    Descriptor type =
        Objects.requireNonNull(GoldenSamples.messages().get(name)).getDescriptorForType();
    Set<FieldDescriptor> sampled = new HashSet<>();
    GoldenSamples.messages().values().stream()
        .filter(sample -> sample.getDescriptorForType().equals(type))
        .forEach(sample -> sampled.addAll(sample.getAllFields().keySet()));
    assertThat(sampled).containsExactlyInAnyOrderElementsOf(type.getFields());
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
    assertThat(text(GoldenSamples.interaction().toJson()))
        .isEqualTo(text(golden("interaction.json")));
    assertThat(text(GoldenSamples.catalogItem().toJson()))
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
    write(folder.resolve("interaction.json"), GoldenSamples.interaction().toJson());
    write(folder.resolve("catalog-item.json"), GoldenSamples.catalogItem().toJson());
  }

  private static void write(Path file, byte[] bytes) throws Exception {
    if (Files.notExists(file)) {
      Files.write(file, bytes);
    }
  }
}
