package dev.headwater.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.events.DomainNames;
import dev.headwater.events.RecordLimits;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Mappings as an installation writes them, and records for them. */
final class Samples {
  static final long NOW_MS = 1_760_000_000_000L;
  static final Rules RULES =
      new Rules(DomainNames.of(Set.of("shop")), RecordLimits.DEFAULT, () -> NOW_MS);

  /** The only part of the file that is looked at here. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Sections(Ingest ingest) {}

  /** What ingest's section has of mappings. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Ingest(List<TopicMapping> mappings) {}

  private Samples() {}

  /** Binds the one mapping of a file's text. */
  static TopicMapping declared(String mapping) {
    try {
      Path file = Files.createTempFile("mapping", ".conf");
      try {
        Files.writeString(file, "ingest.mappings = [{" + mapping + "}]");
        return ConfigFile.read(file, Map.of()).as(Sections.class).ingest().mappings().get(0);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Mapper mapper(String mapping) {
    return new Mapper(declared(mapping), new SchemaRegistry(RegistrySetting.NONE), RULES);
  }

  /** One of an installation of other domains. */
  static Mapper mapper(String mapping, String domain) {
    Rules rules = new Rules(DomainNames.of(Set.of(domain)), RecordLimits.DEFAULT, () -> NOW_MS);
    return new Mapper(declared(mapping), new SchemaRegistry(RegistrySetting.NONE), rules);
  }

  static ForeignRecord record(String value) {
    return record(null, value, Map.of());
  }

  static ForeignRecord record(String key, String value, Map<String, String> headers) {
    Map<String, byte[]> bytes = new HashMap<>();
    headers.forEach((name, text) -> bytes.put(name, text.getBytes(UTF_8)));
    return new ForeignRecord(
        "clicks",
        3,
        17,
        NOW_MS - 1_000,
        key == null ? null : key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        bytes);
  }

  static ForeignRecord record(byte[] key, byte[] value) {
    return new ForeignRecord("clicks", 3, 17, NOW_MS - 1_000, key, value, Map.of());
  }

  /** Maps a record of which exactly one of ours comes. */
  static Mapped one(Mapper mapper, ForeignRecord record) throws RejectedRecordException {
    Outcome outcome = mapper.map(record);
    assertThat(outcome.leftOut()).isNull();
    assertThat(outcome.records()).hasSize(1);
    return outcome.records().get(0);
  }

  static JsonNode tree(Mapped mapped) {
    try {
      return JsonDecoder.JSON.readTree(Objects.requireNonNull(mapped.value()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static String refused(Mapper mapper, ForeignRecord record) {
    RejectedRecordException e =
        catchThrowableOfType(RejectedRecordException.class, () -> mapper.map(record));
    assertThat(e).as("refused").isNotNull();
    return e.reason().code() + ": " + e.detail();
  }
}
