package dev.headwater.jobs.finetune;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A parked example as it stands in Flink state; bytes that begin with a version. */
final class ExampleCodec {
  /** 1: every item of the history teaches. */
  private static final int VERSION = 2;

  private ExampleCodec() {}

  static byte[] write(TrainingExample example) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(example.route());
      out.writeUTF(example.target());
      out.writeShort(example.history().length);
      for (String item : example.history()) {
        out.writeUTF(item);
      }
      for (boolean teaches : example.teaches()) {
        out.writeBoolean(teaches);
      }
      out.writeUTF(example.eventId());
      out.writeLong(example.eventTimeMs());
      out.writeLong(example.publishedMs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static TrainingExample read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version < 1 || version > VERSION) {
        throw new IllegalStateException(
            "a parked example has version " + version + ", this release reads 1 to " + VERSION);
      }
      String route = in.readUTF();
      String target = in.readUTF();
      String[] history = new String[in.readShort()];
      for (int i = 0; i < history.length; i++) {
        history[i] = in.readUTF();
      }
      boolean[] teaches = new boolean[history.length];
      for (int i = 0; i < teaches.length; i++) {
        teaches[i] = version < 2 || in.readBoolean();
      }
      return new TrainingExample(
          route, target, history, teaches, in.readUTF(), in.readLong(), in.readLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
