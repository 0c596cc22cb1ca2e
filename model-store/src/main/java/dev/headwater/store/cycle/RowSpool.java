package dev.headwater.store.cycle;

import dev.headwater.events.wire.EmbeddingRow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps rows in the order they came, to be handed over once more: in memory as long as they are
 * few, in a file of the system's temporary directory from there on. To find them again in the
 * tables costs more. For one thread.
 */
final class RowSpool implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final int memoryBytes;
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable Path file;
  private OutputStream out = memory;
  private long rows;

  /** Keeps nothing yet; so many bytes stay in memory. */
  RowSpool(int memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  /** Forgets what it kept. */
  void clear() {
    close();
    memory.reset();
    out = memory;
    rows = 0;
  }

  void add(EmbeddingRow row) {
    try {
      row.writeDelimitedTo(out);
      rows++;
      if (file == null && memory.size() > memoryBytes) {
        spill();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("rows cannot be kept aside", e);
    }
  }

  private void spill() throws IOException {
    Path made = Files.createTempFile("headwater-rows-", ".spool");
    file = made;
    out = new BufferedOutputStream(Files.newOutputStream(made), BUFFER_BYTES);
    memory.writeTo(out);
    memory.reset();
  }

  /** How many it keeps. */
  long rows() {
    return rows;
  }

  /** Hands all rows over, in their order. */
  void each(Consumer<EmbeddingRow> sink) {
    try (InputStream in = open()) {
      for (EmbeddingRow row = EmbeddingRow.parseDelimitedFrom(in);
          row != null;
          row = EmbeddingRow.parseDelimitedFrom(in)) {
        sink.accept(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("rows that were kept aside cannot be read", e);
    }
  }

  private InputStream open() throws IOException {
    out.flush();
    Path kept = file;
    return kept == null
        ? new ByteArrayInputStream(memory.toByteArray())
        : new BufferedInputStream(Files.newInputStream(kept), BUFFER_BYTES);
  }

  @Override
  public void close() {
    Path kept = file;
    if (kept == null) {
      return;
    }
    file = null;
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deleteQuietly(kept);
    }
  }

  @SuppressWarnings("ResultOfMethodCallIgnored")
  private static void deleteQuietly(Path kept) {
    var unused = kept.toFile().delete();
  }
}
