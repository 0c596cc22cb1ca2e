package dev.headwater.mapping;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How records of one of a platform's topics become ours: an element of {@code ingest.mappings}.
 *
 * @param topic the platform's topic, its full name
 * @param to what its records become
 * @param format of values
 * @param keyFormat of keys
 * @param envelope what is around an event
 * @param schema a file with the one schema of bare values; null: a registry knows it
 * @param message the Protobuf message in that file; null: the first
 * @param only paths, and the values of which one must stand there; other records are left out
 * @param each path of an array of which each element is a record of its own; null: the record is
 *     one
 * @param fields our fields, by name
 * @param attributes an item's attributes, by name
 */
public record TopicMapping(
    String topic,
    Target to,
    Format format,
    Format keyFormat,
    Envelope envelope,
    @Nullable Path schema,
    @Nullable String message,
    Map<String, List<String>> only,
    @Nullable String each,
    Map<String, FieldMapping> fields,
    Map<String, FieldMapping> attributes) {
  /** Checks that every field is one of the target's. */
  public TopicMapping {
    only = Map.copyOf(only);
    fields = Map.copyOf(fields);
    attributes = Map.copyOf(attributes);
    if (topic.isEmpty()) {
      throw new IllegalArgumentException("topic is empty");
    }
    TreeSet<String> unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(to.fields());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "fields: there is no %s; there are %s"
              .formatted(String.join(", ", unknown), String.join(", ", to.fields())));
    }
    if (to != Target.CATALOG && !attributes.isEmpty()) {
      throw new IllegalArgumentException("attributes: only items have them");
    }
    only.keySet().forEach(FieldPath::of);
    if (each != null) {
      var unused = FieldPath.of(each); // refuses what is no path
    }
  }

  /** What stands in the file, where most may be left out. */
  private record Declared(
      String topic,
      Target to,
      @Nullable Format format,
      @Nullable Format keyFormat,
      @Nullable Envelope envelope,
      @Nullable Path schema,
      @Nullable String message,
      @Nullable String domain,
      @Nullable Map<String, List<String>> only,
      @Nullable String each,
      Map<String, FieldMapping> fields,
      @Nullable Map<String, FieldMapping> attributes) {
    Map<String, FieldMapping> allFields() {
      Map<String, FieldMapping> all = new LinkedHashMap<>(fields);
      if (domain != null) {
        all.put("domain", FieldMapping.constant(domain));
      }
      return all;
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TopicMapping of(Declared declared) {
    if (declared.to() == null) {
      throw new IllegalArgumentException("to is interactions or catalog");
    }
    Format values = Objects.requireNonNullElse(declared.format(), Format.JSON);
    Envelope around = Objects.requireNonNullElse(declared.envelope(), Envelope.NONE);
    Format keys = around == Envelope.DEBEZIUM ? values : Format.TEXT;
    return new TopicMapping(
        declared.topic(),
        declared.to(),
        values,
        Objects.requireNonNullElse(declared.keyFormat(), keys),
        around,
        declared.schema(),
        declared.message(),
        Objects.requireNonNullElse(declared.only(), Map.of()),
        declared.each(),
        declared.allFields(),
        Objects.requireNonNullElse(declared.attributes(), Map.of()));
  }

  /** Returns the same for keys and values that are JSON or text already: samples. */
  public TopicMapping ofJson() {
    Format keys = keyFormat == Format.TEXT ? Format.TEXT : Format.JSON;
    return inJson(keys, envelope);
  }

  /** Returns the same for rows of a file, around which no change record is. */
  public TopicMapping ofRows() {
    return inJson(Format.TEXT, envelope == Envelope.DEBEZIUM ? Envelope.NONE : envelope);
  }

  private TopicMapping inJson(Format keys, Envelope around) {
    return new TopicMapping(
        topic, to, Format.JSON, keys, around, null, null, only, each, fields, attributes);
  }

  /** Tells whether anything is looked up in keys. */
  boolean readsKeys() {
    Stream<FieldPath> paths =
        Stream.concat(fields.values().stream(), attributes.values().stream())
            .flatMap(field -> field.paths().stream());
    Stream<String> texts = Stream.concat(paths.map(FieldPath::toString), only.keySet().stream());
    return texts.anyMatch(path -> path.startsWith("@key"));
  }
}
