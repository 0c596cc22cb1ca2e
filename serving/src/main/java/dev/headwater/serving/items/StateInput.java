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
 * Reads what {@link StateOutput} wrote, in the same order. What is read may be anything until
 * {@link #end} says that it was whole. For one thread.
 */
public final class StateInput implements Closeable {
  private static final int ROOM = 1 << 20;

  private final FileChannel file;
  private final long length;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C checksum = new CRC32C();
  private long read;

  /** What was read is not what was written. */
  public static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public DamagedException(String message) {
      super(message);
    }
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   */
  public StateInput(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.READ);
    length = file.size() - Long.BYTES;
    buffer.limit(0);
  }

  /**
   * Looks whether a file is whole, and makes nothing of it.
   *
   * @throws DamagedException if it is not what was written
   */
  public static void check(Path path) throws IOException {
    try (StateInput state = new StateInput(path)) {
      while (state.read < state.length) {
        state.buffer.clear().limit(0);
        state.fill(1);
      }
      state.buffer.clear().limit(0);
      state.end();
    }
  }

  /** Reads a number. */
  public int getInt() {
    int unused = there(Integer.BYTES);
    return buffer.getInt();
  }

  /**
   * Reads how many of something there are.
   *
   * @throws DamagedException if it is more than there can be
   */
  public int getCount(long most) {
    int count = getInt();
    if (count < 0 || count > most) {
      throw new DamagedException(count + " of at most " + most);
    }
    return count;
  }

  /** Reads a number. */
  public long getLong() {
    int unused = there(Long.BYTES);
    return buffer.getLong();
  }

  /** Reads a number. */
  public float getFloat() {
    return Float.intBitsToFloat(getInt());
  }

  /** Reads a text. */
  public String getText() {
    byte[] utf8 = new byte[getCount(length)];
    get(utf8, utf8.length);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Reads bytes. */
  public byte[] getBytes() {
    byte[] bytes = new byte[getCount(length)];
    get(bytes, bytes.length);
    return bytes;
  }

  /** Reads so many values. */
  public void get(byte[] into, int count) {
    for (int at = 0, here; at < count; at += here) {
      here = Math.min(count - at, there(1));
      buffer.get(into, at, here);
    }
  }

  /** Reads so many values. */
  public void get(short[] into, int count) {
    for (int at = 0, here; at < count; at += here) {
      here = Math.min(count - at, there(Short.BYTES) / Short.BYTES);
      buffer.asShortBuffer().get(into, at, here);
      buffer.position(buffer.position() + here * Short.BYTES);
    }
  }

  /** Reads so many values. */
  public void get(int[] into, int count) {
    for (int at = 0, here; at < count; at += here) {
      here = Math.min(count - at, there(Integer.BYTES) / Integer.BYTES);
      buffer.asIntBuffer().get(into, at, here);
      buffer.position(buffer.position() + here * Integer.BYTES);
    }
  }

  /** Reads so many values. */
  public void get(float[] into, int count) {
    for (int at = 0, here; at < count; at += here) {
      here = Math.min(count - at, there(Float.BYTES) / Float.BYTES);
      buffer.asFloatBuffer().get(into, at, here);
      buffer.position(buffer.position() + here * Float.BYTES);
    }
  }

  /** Returns how many bytes are in the buffer, so many at least. */
  private int there(int bytes) {
    if (buffer.remaining() < bytes) {
      fill(bytes);
    }
    return buffer.remaining();
  }

  private void fill(int bytes) {
    buffer.compact();
    int before = buffer.position();
    buffer.limit((int) Math.min(buffer.capacity(), before + length - read));
    try {
      while (buffer.position() < bytes && file.read(buffer) > 0) {
        // a read may give less than it was asked for
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int end = buffer.position();
    read += end - before;
    checksum.update(buffer.duplicate().position(before).limit(end));
    buffer.flip();
    if (end < bytes) {
      throw new DamagedException("it ends too early");
    }
  }

  /**
   * Looks whether all was read, as it was written.
   *
   * @throws DamagedException if not
   */
  public void end() {
    boolean all = read == length && !buffer.hasRemaining();
    ByteBuffer kept = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (all && kept.hasRemaining() && file.read(kept) > 0) {
        // the checksum, in one piece or several
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!all || kept.hasRemaining() || kept.flip().getLong() != checksum.getValue()) {
      throw new DamagedException("it is not what was written");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
