package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.EncodedStep;
import dev.headwater.idp.online.StepGradients.Section;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worked step on its way from a worker to an owner, who have tables of their own: rows are named
 * by item and incarnation. Bytes that begin with a version; they are not kept over a restart.
 */
final class WorkedStepCodec {
  private static final int VERSION = 1;

  /** Of a row beside its gradient: incarnation, length of the name and the name. */
  private static final int NAME_BYTES = 32;

  private static final int EVENT_BYTES = 256;

  private WorkedStepCodec() {}

  /**
   * A step as an owner reads it: what is said of rows is read by the owner's table, after what it
   * knows of the events.
   *
   * @param bundleId of the rows and of the encoder
   * @param events in their order
   */
  record Received(String bundleId, List<TrainingExample> events, DataInputStream rest) {
    /**
     * Reads the steps, what they say of rows by the slots of their owner; once. A row that the
     * owner does not hold, or no longer in the incarnation that the worker saw, is passed over; so
     * is one that was rolled back since, for what was said of it is of before.
     */
    List<WorkedStep.Part> parts(RowTable rows) {
      try {
        List<WorkedStep.Part> parts = new ArrayList<>();
        int size = rest.readInt();
        long generation = size == 0 ? 0 : rest.readLong();
        for (int i = 0; i < size; i++) {
          parts.add(part(rest, generation, rows));
        }
        return parts;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Writes a step.
   *
   * @param rows of the worker, whose slots the step names; null where it has no parts
   */
  static byte[] write(WorkedStep step, @Nullable RowCopy rows) {
    int size = 64 + EVENT_BYTES * step.events().size();
    for (WorkedStep.Part part : step.parts()) {
      int dim = part.encoded().dim();
      size += Float.BYTES * part.encoded().users().length;
      size += part.encoded().histories().rows().length * (NAME_BYTES + Float.BYTES * dim);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(step.bundleId());
      out.writeInt(step.events().size());
      for (TrainingExample event : step.events()) {
        write(out, event);
      }
      out.writeInt(step.parts().size());
      if (rows != null && !step.parts().isEmpty()) {
        out.writeLong(rows.generation());
        for (WorkedStep.Part part : step.parts()) {
          write(out, part, rows);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, TrainingExample event) throws IOException {
    byte[] example = ExampleCodec.write(event, StateFormat.NEWEST);
    out.writeInt(example.length);
    out.write(example);
    out.writeBoolean(event.isForTarget());
    out.writeBoolean(event.late());
    String traceparent = event.traceparent();
    out.writeUTF(traceparent == null ? "" : traceparent);
  }

  private static void write(DataOutputStream out, WorkedStep.Part part, RowCopy rows)
      throws IOException {
    EncodedStep encoded = part.encoded();
    out.writeShort(encoded.dim());
    out.writeInt(part.places().length);
    for (int place : part.places()) {
      out.writeInt(place);
    }
    write(out, encoded.users());
    out.writeInt(encoded.histories().rows().length);
    for (int slot : encoded.histories().rows()) {
      RowCopy.Copied row = rows.at(slot);
      out.writeUTF(row.item());
      out.writeLong(row.incarnation());
    }
    write(out, encoded.histories().gradients());
  }

  private static void write(DataOutputStream out, float[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }

  /** Reads the events of a step. */
  static Received read(byte[] bytes) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "a worked step has version " + version + ", this release reads " + VERSION);
      }
      String bundleId = in.readUTF();
      int size = in.readInt();
      List<TrainingExample> events = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        events.add(event(in));
      }
      return new Received(bundleId, events, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrainingExample event(DataInputStream in) throws IOException {
    TrainingExample read = ExampleCodec.read(in.readNBytes(in.readInt()));
    TrainingExample event =
        read.withRoute(read.route(), in.readBoolean()).withLate(in.readBoolean());
    String traceparent = in.readUTF();
    return traceparent.isEmpty() ? event : event.withTraceparent(traceparent);
  }

  private static WorkedStep.Part part(DataInputStream in, long generation, RowTable rows)
      throws IOException {
    int dim = in.readShort();
    int[] places = new int[in.readInt()];
    for (int i = 0; i < places.length; i++) {
      places[i] = in.readInt();
    }
    float[] users = floats(in, places.length * dim);
    int[] slots = new int[in.readInt()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = slot(rows.get(in.readUTF()), in.readLong(), generation);
    }
    Section histories = new Section(slots, floats(in, slots.length * dim));
    return new WorkedStep.Part(places, new EncodedStep(dim, users, histories));
  }

  private static float[] floats(DataInputStream in, int length) throws IOException {
    float[] values = new float[length];
    ByteBuffer.wrap(in.readNBytes(Float.BYTES * length)).asFloatBuffer().get(values);
    return values;
  }

  private static int slot(@Nullable Row row, long incarnation, long generation) {
    return row != null
            && row.owned
            && row.incarnation == incarnation
            && row.generation() <= generation
        ? row.slot
        : -1;
  }
}
