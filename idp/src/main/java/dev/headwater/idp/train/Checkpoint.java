package dev.headwater.idp.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A file from which training goes on to the same result. It is written aside, forced to disk and
 * moved into place, so that a kill at any time leaves the old one or the new one; a checksum at the
 * end tells a damaged one.
 *
 * @param file where it stands
 * @param purpose what is trained on what; another run's checkpoint is refused
 */
public record Checkpoint(Path file, String purpose) {
  private static final int MAGIC = 0x48574b31;

  /** Writes or reads the state of training. */
  interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads what a {@link Writer} wrote. */
  interface Reader {
    void read(DataInputStream in) throws IOException;
  }

  /** Whether there is one. */
  public boolean exists() {
    return Files.isRegularFile(file);
  }

  /** Removes it, once its training is over. */
  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  void save(Writer writer) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16)) {
      CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32());
      DataOutputStream out = new DataOutputStream(checked);
      out.writeInt(MAGIC);
      out.writeUTF(purpose);
      writer.write(out);
      out.writeLong(checked.getChecksum().getValue());
      out.flush();
    }
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void load(Reader reader) throws IOException {
    verify();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      DataInputStream in = new DataInputStream(raw);
      if (in.readInt() != MAGIC) {
        throw new IOException(file + " is not a checkpoint of this release");
      }
      String found = in.readUTF();
      if (!found.equals(purpose)) {
        throw new IOException(
            "%s belongs to another training: %s, not %s".formatted(file, found, purpose));
      }
      reader.read(in);
    }
  }

  private void verify() throws IOException {
    long body = Files.size(file) - Long.BYTES;
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      CheckedInputStream checked = new CheckedInputStream(raw, new CRC32());
      if (body < 0) {
        throw new IOException(file + " is damaged");
      }
      checked.skipNBytes(body);
      long sum = checked.getChecksum().getValue();
      if (new DataInputStream(raw).readLong() != sum) {
        throw new IOException(file + " is damaged");
      }
    }
  }

  static void writeFloats(DataOutputStream out, float[] values) throws IOException {
    out.writeInt(values.length);
    byte[] bytes = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().put(values);
    out.write(bytes);
  }

  static float[] readFloats(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt() * Float.BYTES];
    in.readFully(bytes);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }
}
