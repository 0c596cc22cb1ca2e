package dev.headwater.serving.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.headwater.events.ColdEnd;
import dev.headwater.events.MergedRow;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one item's row as bytes, for one process. The row that is served is written
 * once, without its vector, which the table of vectors holds: in its place stands the marker of
 * {@link dev.headwater.events.LightRows}.
 */
final class RowStateCodec {
  private static final int COLD = 1;
  private static final int TUNED = 2;
  private static final int ROLLED_BACK = 4;
  private static final int LIVE = 8;
  private static final int REFUSED = 16;

  private RowStateCodec() {}

  /** Packs. */
  static byte[] encode(RowState state) {
    MergedRow merged = state.merged();
    LiveRow live = state.live();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 256);
    try {
      out.writeUInt32NoTag(
          (merged.cold() == null ? 0 : COLD)
              | (merged.tuned() == null ? 0 : TUNED)
              | (merged.rolledBack() == null ? 0 : ROLLED_BACK)
              | (live == null ? 0 : LIVE)
              | (state.refused() == null ? 0 : REFUSED));
      out.writeInt64NoTag(merged.coldOffset() + 1);
      out.writeInt64NoTag(merged.ended().offset() + 1);
      out.writeInt64NoTag(merged.ended().incarnation() + 1);
      out.writeInt64NoTag(merged.tunedOffset() + 1);
      if (live != null) {
        out.writeInt64NoTag(live.visibleMs());
        out.writeInt64NoTag(live.visibleMs() - live.firstVisibleMs());
        write(out, live);
      }
      write(out, merged.cold(), live);
      write(out, merged.tuned(), live);
      write(out, merged.rolledBack(), live);
      if (state.refused() != null) {
        out.writeStringNoTag(state.refused());
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(CodedOutputStream out, LiveRow live) throws IOException {
    EmbeddingRow row = live.row();
    out.writeMessageNoTag(
        row.hasVector() ? row.toBuilder().setVector(Vector.getDefaultInstance()).build() : row);
  }

  /** The row that is served is written already; 0 says that it is that one. */
  @SuppressWarnings("ReferenceEquality") // the row that is served is one of the rows, or none
  private static void write(
      CodedOutputStream out, @Nullable EmbeddingRow row, @Nullable LiveRow live)
      throws IOException {
    if (row == null) {
      return;
    }
    boolean isLive = live != null && live.row() == row;
    out.writeBoolNoTag(isLive);
    if (!isLive) {
      out.writeMessageNoTag(row);
    }
  }

  /**
   * Unpacks.
   *
   * @param withVector gives the row that is served its vector
   */
  static RowState decode(byte[] bytes, UnaryOperator<EmbeddingRow> withVector) {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      int parts = in.readUInt32();
      long coldOffset = in.readInt64() - 1;
      ColdEnd ended = ended(in.readInt64() - 1, in.readInt64() - 1);
      long tunedOffset = in.readInt64() - 1;
      LiveRow live = (parts & LIVE) == 0 ? null : live(in, withVector);
      MergedRow merged =
          new MergedRow(
              coldOffset,
              (parts & COLD) == 0 ? null : row(in, live),
              ended,
              tunedOffset,
              (parts & TUNED) == 0 ? null : row(in, live),
              (parts & ROLLED_BACK) == 0 ? null : row(in, live));
      return new RowState(merged, live, (parts & REFUSED) == 0 ? null : in.readString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ColdEnd ended(long offset, long incarnation) {
    return offset < 0 && incarnation < 0 ? ColdEnd.NONE : new ColdEnd(offset, incarnation);
  }

  private static LiveRow live(CodedInputStream in, UnaryOperator<EmbeddingRow> withVector)
      throws IOException {
    long visibleMs = in.readInt64();
    long firstVisibleMs = visibleMs - in.readInt64();
    EmbeddingRow row = message(in);
    return new LiveRow(row.hasVector() ? withVector.apply(row) : row, visibleMs, firstVisibleMs);
  }

  private static @Nullable EmbeddingRow row(CodedInputStream in, @Nullable LiveRow live)
      throws IOException {
    return in.readBool() && live != null ? live.row() : message(in);
  }

  private static EmbeddingRow message(CodedInputStream in) throws IOException {
    int outside = in.pushLimit(in.readRawVarint32());
    EmbeddingRow row = EmbeddingRow.parser().parseFrom(in);
    in.popLimit(outside);
    return row;
  }
}
