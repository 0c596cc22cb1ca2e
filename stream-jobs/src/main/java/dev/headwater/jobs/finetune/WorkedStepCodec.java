package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.StepGradients;
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

  private WorkedStepCodec() {}

  /**
   * Writes a step.
   *
   * @param rows of the worker, whose slots the step names
   */
  static byte[] write(WorkedStep step, RowTable rows) {
    StepGradients gradients = step.gradients();
    int size = gradients.size() * (NAME_BYTES + Float.BYTES * gradients.dim());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + size);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(rows.generation());
      out.writeShort(gradients.dim());
      out.writeInt(gradients.examples());
      out.writeDouble(gradients.loss());
      write(out, gradients.histories(), rows);
      write(out, gradients.targets(), rows);
      write(out, gradients.negatives(), rows);
      for (TrainingExample click : step.clicks()) {
        byte[] example = ExampleCodec.write(click, StateFormat.NEWEST);
        out.writeInt(example.length);
        out.write(example);
        out.writeBoolean(click.isForTarget());
        String traceparent = click.traceparent();
        out.writeUTF(traceparent == null ? "" : traceparent);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Section section, RowTable rows)
      throws IOException {
    out.writeInt(section.rows().length);
    for (int slot : section.rows()) {
      Row row = rows.at(slot);
      out.writeUTF(row.item);
      out.writeLong(row.incarnation);
    }
    ByteBuffer values = ByteBuffer.allocate(Float.BYTES * section.gradients().length);
    values.asFloatBuffer().put(section.gradients());
    out.write(values.array());
  }

  /**
   * Reads a step by the slots of its owner. A row that the owner does not hold, or no longer in the
   * incarnation that the worker saw, is passed over; so is one that was rolled back since, for what
   * was said of it is of before.
   *
   * @param rows of the owner
   */
  static WorkedStep read(byte[] bytes, RowTable rows) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "a worked step has version " + version + ", this release reads " + VERSION);
      }
      long generation = in.readLong();
      int dim = in.readShort();
      int examples = in.readInt();
      double loss = in.readDouble();
      Section histories = section(in, dim, generation, rows);
      Section targets = section(in, dim, generation, rows);
      Section negatives = section(in, dim, generation, rows);
      List<TrainingExample> clicks = new ArrayList<>(targets.rows().length);
      for (int i = 0; i < targets.rows().length; i++) {
        clicks.add(click(in));
      }
      return new WorkedStep(
          new StepGradients(dim, examples, loss, histories, targets, negatives), clicks);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Section section(DataInputStream in, int dim, long generation, RowTable rows)
      throws IOException {
    int[] slots = new int[in.readInt()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = slot(rows.get(in.readUTF()), in.readLong(), generation);
    }
    float[] gradients = new float[slots.length * dim];
    ByteBuffer.wrap(in.readNBytes(Float.BYTES * gradients.length)).asFloatBuffer().get(gradients);
    return new Section(slots, gradients);
  }

  private static int slot(@Nullable Row row, long incarnation, long generation) {
    return row != null
            && row.owned
            && row.incarnation == incarnation
            && row.generation() <= generation
        ? row.slot
        : -1;
  }

  private static TrainingExample click(DataInputStream in) throws IOException {
    TrainingExample read = ExampleCodec.read(in.readNBytes(in.readInt()));
    TrainingExample click = read.withRoute(read.route(), in.readBoolean());
    String traceparent = in.readUTF();
    return traceparent.isEmpty() ? click : click.withTraceparent(traceparent);
  }
}
