package dev.headwater.launcher.cli;

import dev.headwater.mapping.Mapper;
import dev.headwater.mapping.RegistrySetting;
import dev.headwater.mapping.SampleFile;
import dev.headwater.mapping.SchemaRegistry;
import dev.headwater.mapping.TopicMapping;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the configuration, for records that lie in a file.
 *
 * @param config where it is declared
 * @param mapping for values that are JSON, as {@link SampleFile} makes them of every file
 */
record DeclaredMapping(HeadwaterConfig config, TopicMapping mapping) {
  /**
   * Finds it.
   *
   * @param topic null where it is the only one
   * @throws VerbException where it is not told which, or none is declared
   */
  static DeclaredMapping of(HeadwaterConfig config, @Nullable String topic) {
    List<TopicMapping> declared = config.ingest().mappings();
    List<TopicMapping> meant =
        declared.stream().filter(m -> topic == null || m.topic().equals(topic)).toList();
    if (meant.size() != 1) {
      throw new VerbException(
          "%s mapping%s in ingest.mappings: say --topic, one of %s"
              .formatted(
                  meant.isEmpty() ? "no such" : "more than one",
                  topic == null ? "" : " of " + topic,
                  declared.stream().map(TopicMapping::topic).toList()));
    }
    return new DeclaredMapping(config, meant.get(0).ofJson());
  }

  /** Returns the same for rows of a table's export, which no change record is around. */
  DeclaredMapping ofRows() {
    return new DeclaredMapping(config, mapping.ofRows());
  }

  /** Returns what maps records of a file. */
  Mapper mapper() {
    return new Mapper(
        mapping,
        new SchemaRegistry(RegistrySetting.NONE),
        config.ingest().rules(System::currentTimeMillis));
  }

  /** Opens a file of records. */
  SampleFile open(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new VerbException("cannot read " + file);
    }
    return SampleFile.open(file, mapping.topic());
  }

  VerbException unreadable(Path file, SampleFile.UnreadableFileException e) {
    return new VerbException(file + ": " + e.getMessage());
  }
}
