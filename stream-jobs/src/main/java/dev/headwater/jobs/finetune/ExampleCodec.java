package dev.headwater.jobs.finetune;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A parked example as it stands in Flink state; bytes that begin with a version. In version 1 every
 * item of the history teaches; it is written up to {@link StateFormat} 2. Version 2, up to 4, has
 * no number; version 3, up to 5, neither weight nor time since the event before; version 4, up to
 * 9, no tick, for the clock showed an event's number.
 */
final class ExampleCodec {
  private static final int VERSION = 5;

  private ExampleCodec() {}

  static byte[] write(TrainingExample example) {
    return write(example, StateFormat.WRITTEN);
  }

  static byte[] write(TrainingExample example, int format) {
    boolean former = format < 3;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(former ? 1 : format < 5 ? 2 : format < 6 ? 3 : format < 10 ? 4 : VERSION);
      out.writeUTF(example.route());
      out.writeUTF(example.target());
      out.writeShort(example.history().length);
      for (String item : example.history()) {
        out.writeUTF(item);
      }
      for (int i = 0; !former && i < example.teaches().length; i++) {
        out.writeBoolean(example.teaches()[i]);
      }
      out.writeUTF(example.eventId());
      out.writeLong(example.eventTimeMs());
      out.writeLong(example.publishedMs());
      if (format >= 5) {
        out.writeLong(example.number());
      }
      if (format >= 6) {
        out.writeFloat(example.weight());
        out.writeLong(example.idleMs());
      }
      if (StateFormat.keepsNumbers(format)) {
        out.writeLong(example.tick());
      }
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
      TrainingExample read =
          new TrainingExample(
              route, target, history, teaches, in.readUTF(), in.readLong(), in.readLong());
      TrainingExample numbered = version < 3 ? read : read.withNumber(in.readLong());
      TrainingExample weighed =
          version < 4 ? numbered : numbered.withWeight(in.readFloat()).withIdle(in.readLong());
      return weighed.withTick(version < 5 ? weighed.number() : in.readLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
