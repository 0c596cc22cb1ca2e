package dev.headwater.serving.items;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Numbers and arrays one after another in a file, little endian, and a checksum behind them. {@link
 * StateInput} reads them in the same order. For one thread.
 */
public final class StateOutput implements Closeable {
  private static final int ROOM = 1 << 20;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C checksum = new CRC32C();

  /**
   * Begins a file.
   *
   * @throws IOException if it is there already, or cannot be written
   */
  public StateOutput(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes a number. */
  public void putInt(int value) {
    int unused = room(Integer.BYTES);
    buffer.putInt(value);
  }

  /** Writes a number. */
  public void putLong(long value) {
    int unused = room(Long.BYTES);
    buffer.putLong(value);
  }

  /** Writes a number. */
  public void putFloat(float value) {
    putInt(Float.floatToRawIntBits(value));
  }

  /** Writes a text, and how long it is. */
  public void putText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    put(utf8, utf8.length);
  }

  /** Writes bytes, and how many they are. */
  public void putBytes(byte[] bytes) {
    putInt(bytes.length);
    put(bytes, bytes.length);
  }

  /** Writes the first of some values. */
  public void put(byte[] values, int count) {
    for (int at = 0, fits; at < count; at += fits) {
      fits = Math.min(count - at, room(1));
      buffer.put(values, at, fits);
    }
  }

  /** Writes the first of some values. */
  public void put(short[] values, int count) {
    for (int at = 0, fits; at < count; at += fits) {
      fits = Math.min(count - at, room(Short.BYTES) / Short.BYTES);
      buffer.asShortBuffer().put(values, at, fits);
      buffer.position(buffer.position() + fits * Short.BYTES);
    }
  }

  /** Writes the first of some values. */
  public void put(int[] values, int count) {
    for (int at = 0, fits; at < count; at += fits) {
      fits = Math.min(count - at, room(Integer.BYTES) / Integer.BYTES);
      buffer.asIntBuffer().put(values, at, fits);
      buffer.position(buffer.position() + fits * Integer.BYTES);
    }
  }

  /** Writes the first of some values. */
  public void put(float[] values, int count) {
    for (int at = 0, fits; at < count; at += fits) {
      fits = Math.min(count - at, room(Float.BYTES) / Float.BYTES);
      buffer.asFloatBuffer().put(values, at, fits);
      buffer.position(buffer.position() + fits * Float.BYTES);
    }
  }

  /** Returns how many bytes fit into the buffer, so many at least. */
  private int room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer.remaining();
  }

  private void flush() {
    buffer.flip();
    checksum.update(buffer.duplicate());
    write();
  }

  private void write() {
    try {
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.clear();
  }

  /** Writes the checksum and waits for the disk: what was not closed cannot be read. */
  public void end() {
    flush();
    buffer.putLong(checksum.getValue()).flip();
    write();
    try {
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
