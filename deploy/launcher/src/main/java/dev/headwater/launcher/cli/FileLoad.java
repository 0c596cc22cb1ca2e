package dev.headwater.launcher.cli;

import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.mapping.ForeignRecord;
import dev.headwater.mapping.Mapped;
import dev.headwater.mapping.Mapper;
import dev.headwater.mapping.SampleFile;
import dev.headwater.mapping.Target;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Pace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Publishes what a mapping makes of a file. A refused record is told with its place and not
 * published: it can be mended in the file and loaded again, for which no dead letter is needed.
 */
final class FileLoad {
  /** More of them are counted, and no longer told one by one. */
  private static final int TOLD_MAX = 20;

  private final DeclaredMapping declared;
  private final EventPublisher publisher;
  private final Pace pace;
  private long published;
  private long refused;

  FileLoad(DeclaredMapping declared, EventPublisher publisher, double rate) {
    this.declared = declared;
    this.publisher = publisher;
    this.pace = new Pace(rate);
  }

  /** Publishes a whole file. */
  void load(Path path) throws IOException {
    Mapper mapper = declared.mapper();
    try (SampleFile file = declared.open(path)) {
      while (file.hasNext()) {
        load(mapper, file.next());
      }
    } catch (SampleFile.UnreadableFileException e) {
      throw declared.unreadable(path, e);
    } finally {
      publisher.flush();
    }
  }

  private void load(Mapper mapper, ForeignRecord record) {
    try {
      for (Mapped mapped : mapper.map(record).records()) {
        pace.await();
        publish(mapped);
        published++;
      }
    } catch (RejectedRecordException e) {
      refused++;
      if (refused <= TOLD_MAX) {
        Output.line(
            "record %d refused: %s: %s".formatted(record.offset(), e.reason().code(), e.detail()));
      }
    }
  }

  private void publish(Mapped mapped) {
    byte[] key = mapped.key().getBytes(StandardCharsets.UTF_8);
    if (declared.mapping().to() == Target.INTERACTIONS) {
      publisher.publishRaw(key, mapped.value());
    } else {
      publisher.publishRawItem(key, mapped.value());
    }
  }

  /** Returns how many records were published. */
  long published() {
    return published;
  }

  /** Returns how many were refused. */
  long refused() {
    return refused;
  }
}
