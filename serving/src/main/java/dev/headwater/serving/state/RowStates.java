package dev.headwater.serving.state;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.LongPerCode;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import dev.headwater.serving.items.VectorTable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each item's row, packed into bytes outside of the heap and made into objects for
 * who asks. Whether a row is served, of which incarnation and origin, and whether nothing was
 * learned of it yet stands beside them as a number, for answers ask that of hundreds of items. The
 * vector of a row that is served is the table's. One writer; reading is safe for concurrent use.
 */
public final class RowStates {
  /** What the head of a row that is served never is: its lowest bit is set. */
  private static final long NOT_SERVED = 0;

  /** Enough for the number of an origin. */
  private static final int ORIGIN_BITS = 4;

  private static final int ORIGIN_MASK = (1 << ORIGIN_BITS) - 1;

  /** A head: the incarnation, whether nothing was learned, the origin, and that it is one. */
  private static final int ORIGIN = 1;

  private static final int NEW = ORIGIN + ORIGIN_BITS;
  private static final int INCARNATION = NEW + 1;

  private final VectorTable vectors;
  private final PackedRecords packed;
  private final LongPerCode heads = new LongPerCode();

  /**
   * Begins with nothing known.
   *
   * @param vectors of the rows that are served; empty, written by the table alone from now on
   * @param packed where the rest goes; empty, its own from now on
   */
  public RowStates(VectorTable vectors, PackedRecords packed) {
    this.vectors = vectors;
    this.packed = packed;
  }

  /** Returns the vectors of the rows that are served. */
  VectorTable vectors() {
    return vectors;
  }

  /** Returns what is known of an item's row. */
  RowState get(int code) {
    byte[] bytes = packed.get(code);
    return bytes == null
        ? RowState.EMPTY
        : RowStateCodec.decode(bytes, row -> withVector(code, row));
  }

  private EmbeddingRow withVector(int code, EmbeddingRow row) {
    float[] vector = new float[vectors.dim()];
    return vectors.readItem(code, vector)
        ? row.toBuilder()
            .setVector(vectors.isHalf() ? Vectors.fp16(vector) : Vectors.fp32(vector))
            .build()
        : row;
  }

  /** Tells whether anything is known of an item. */
  boolean contains(int code) {
    return packed.contains(code);
  }

  /** Returns a code above all of which something is known. */
  int end() {
    return packed.end();
  }

  /** Sets what is known (writer only). */
  void set(int code, RowState state) {
    packed.put(code, RowStateCodec.encode(state));
    heads.set(code, head(state.live()));
  }

  private static long head(@Nullable LiveRow live) {
    if (live == null) {
      return NOT_SERVED;
    }
    EmbeddingRow row = live.row();
    long isNew = row.getInteractionsLearned() == 0 ? 1 : 0;
    return (row.getIncarnation() << INCARNATION)
        | (isNew << NEW)
        | ((long) (row.getOriginValue() & ORIGIN_MASK) << ORIGIN)
        | 1;
  }

  /** Tells whether a row of the item is served. */
  boolean isLive(int code) {
    return heads.get(code) != NOT_SERVED;
  }

  /** Tells whether a row of the item is served of which nothing was learned yet. */
  boolean isNew(int code) {
    long head = heads.get(code);
    return head != NOT_SERVED && ((head >> NEW) & 1) == 1;
  }

  /** Tells whether a row of this incarnation of the item, or a later one, is served. */
  boolean isLiveSince(int code, long incarnation) {
    long head = heads.get(code);
    return head != NOT_SERVED && (head >> INCARNATION) >= incarnation;
  }

  /** Returns where the row comes from that is served of an item; null when none is. */
  EmbeddingRow.@Nullable Origin origin(int code) {
    long head = heads.get(code);
    return head == NOT_SERVED
        ? null
        : EmbeddingRow.Origin.forNumber((int) (head >> ORIGIN) & ORIGIN_MASK);
  }

  /** Writes all that is known, vectors too (writer only). */
  void save(Path records, StateOutput state) throws IOException {
    vectors.save(state);
    heads.save(state);
    packed.save(records, state);
  }

  /** Reads what was written; for one without rows (writer only). */
  void load(Path records, StateInput state) throws IOException {
    vectors.load(state);
    heads.load(state);
    packed.load(records, state);
  }

  /** Lets go of what is on disk. */
  void close() {
    packed.close();
  }
}
