package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.online.RowState;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A row as it stands in Flink state: bytes that begin with a version, so that a later release reads
 * what an older one wrote and refuses what it does not know.
 */
final class RowCodec {
  private RowCodec() {}

  /** A row read back. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
  record Saved(
      RowState state,
      float[] start,
      long incarnation,
      long revision,
      long interactions,
      String newestEventId,
      long newestEventTimeMs,
      long newestPublishedMs,
      @Nullable RowVersion version,
      String model,
      float @Nullable [] frozen,
      long replays,
      long replaysUntilMs,
      byte[] counts,
      long countedUntil,
      long clicksRead,
      long rollbackRead,
      long beganMs,
      long countedNewest) {
    /** Tells whether the row was learned with this bundle; release 0.1 did not say. */
    boolean isOf(String bundleId) {
      return model.isEmpty() || model.equals(bundleId);
    }
  }

  /**
   * Writes a row.
   *
   * @param to in place of what stood there
   * @param model the bundle it is learned with
   * @param frozen its vector in the frozen table, null while there is none
   * @param counts as {@link Counting#encode} gives them
   */
  static void write(
      RowBytes to,
      Row row,
      RowState state,
      String model,
      float @Nullable [] frozen,
      byte[] counts) {
    write(to, row, state, model, frozen, counts, StateFormat.WRITTEN);
  }

  /** The same as a release wrote it that knew formats up to this one. */
  static byte[] write(
      Row row, RowState state, String model, float @Nullable [] frozen, byte[] counts, int format) {
    RowBytes bytes = new RowBytes();
    write(bytes, row, state, model, frozen, counts, format);
    return bytes.toByteArray();
  }

  private static void write(
      RowBytes to,
      Row row,
      RowState state,
      String model,
      float @Nullable [] frozen,
      byte[] counts,
      int format) {
    to.reset();
    try (DataOutputStream out = new DataOutputStream(to)) {
      out.writeByte(format);
      out.writeLong(row.incarnation);
      out.writeLong(row.revision);
      out.writeLong(row.interactions);
      out.writeUTF(row.newestEventId);
      out.writeLong(row.newestEventTimeMs);
      out.writeLong(row.newestPublishedMs);
      RowVersion version = row.version;
      out.writeBoolean(version != null);
      if (version != null) {
        out.writeLong(version.getGeneration());
        out.writeLong(version.getEpoch());
        out.writeLong(version.getStep());
      }
      out.writeShort(row.start.length);
      to.writeFloats(row.start);
      to.writeFloats(state.vector());
      to.writeFloats(state.firstMoment());
      to.writeFloats(state.secondMoment());
      out.writeLong(state.steps());
      if (format >= 2) {
        out.writeUTF(model);
        out.writeBoolean(frozen != null);
        if (frozen != null) {
          to.writeFloats(frozen);
        }
      }
      if (format >= 4) {
        out.writeLong(row.replays);
        out.writeLong(row.replaysUntilMs);
      }
      if (format >= 5) {
        out.writeInt(counts.length);
        out.write(counts);
        out.writeLong(row.countedUntil);
      }
      if (format >= 7) {
        out.writeLong(row.clicksRead);
      }
      if (StateFormat.keepsRollbackRead(format)) {
        out.writeLong(row.rollbackRead);
      }
      if (StateFormat.keepsBeganMs(format)) {
        out.writeLong(row.beganMs);
      }
      if (StateFormat.keepsNumbers(format)) {
        out.writeLong(row.countedNewest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a row; what stands behind it is room for it to grow. */
  static Saved read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      StateFormat.requireKnown("row", format);
      long incarnation = in.readLong();
      long revision = in.readLong();
      long interactions = in.readLong();
      String event = in.readUTF();
      long eventTimeMs = in.readLong();
      long publishedMs = in.readLong();
      RowVersion version =
          in.readBoolean()
              ? RowVersion.newBuilder()
                  .setGeneration(in.readLong())
                  .setEpoch(in.readLong())
                  .setStep(in.readLong())
                  .build()
              : null;
      int dim = in.readShort();
      float[] start = floats(in, dim);
      RowState state =
          new RowState(floats(in, dim), floats(in, dim), floats(in, dim), in.readLong());
      return new Saved(
          state,
          start,
          incarnation,
          revision,
          interactions,
          event,
          eventTimeMs,
          publishedMs,
          version,
          format >= 2 ? in.readUTF() : "",
          format >= 2 && in.readBoolean() ? floats(in, dim) : null,
          format >= 4 ? in.readLong() : 0,
          format >= 4 ? in.readLong() : 0,
          format >= 5 ? in.readNBytes(in.readInt()) : new byte[0],
          format >= 5 ? in.readLong() : -1,
          format >= 7 ? in.readLong() : interactions,
          StateFormat.keepsRollbackRead(format) ? in.readLong() : generation(version),
          StateFormat.keepsBeganMs(format) ? in.readLong() : 0,
          StateFormat.keepsNumbers(format) ? in.readLong() : -1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A release that did not say had read the rollback under whose generation it sent. */
  private static long generation(@Nullable RowVersion version) {
    return version == null ? 0 : version.getGeneration();
  }

  private static float[] floats(DataInputStream in, int n) throws IOException {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }
}
