package dev.headwater.serving.state;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.LongPerCode;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each item's row, packed into bytes outside of the heap and made into objects for
 * who asks. Whether a row is served, of which incarnation and origin, and whether nothing was
 * learned of it yet stands beside them as a number, for answers ask that of hundreds of items. The
 * vector of a row that is served is the table's. One writer; reading is safe for concurrent use.
 */
public final class RowStates {
  /** A number that no head is; where none was set there is 0, so heads are kept against it. */
  private static final long NOT_SERVED = Long.MIN_VALUE;

  /** Enough for the number of an origin. */
  private static final int ORIGIN_BITS = 4;

  private static final int ORIGIN_MASK = (1 << ORIGIN_BITS) - 1;

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
    heads.set(code, head(state.live()) ^ NOT_SERVED);
  }

  private static long head(@Nullable LiveRow live) {
    if (live == null) {
      return NOT_SERVED;
    }
    EmbeddingRow row = live.row();
    long isNew = row.getInteractionsLearned() == 0 ? 1 : 0;
    return (row.getIncarnation() << (ORIGIN_BITS + 1))
        | (isNew << ORIGIN_BITS)
        | (row.getOriginValue() & ORIGIN_MASK);
  }

  private long head(int code) {
    return heads.get(code) ^ NOT_SERVED;
  }

  /** Tells whether a row of the item is served. */
  boolean isLive(int code) {
    return head(code) != NOT_SERVED;
  }

  /** Tells whether a row of the item is served of which nothing was learned yet. */
  boolean isNew(int code) {
    long head = head(code);
    return head != NOT_SERVED && ((head >> ORIGIN_BITS) & 1) == 1;
  }

  /** Tells whether a row of this incarnation of the item, or a later one, is served. */
  boolean isLiveSince(int code, long incarnation) {
    long head = head(code);
    return head != NOT_SERVED && (head >> (ORIGIN_BITS + 1)) >= incarnation;
  }

  /** Returns where the row comes from that is served of an item; null when none is. */
  EmbeddingRow.@Nullable Origin origin(int code) {
    long head = head(code);
    return head == NOT_SERVED ? null : EmbeddingRow.Origin.forNumber((int) (head & ORIGIN_MASK));
  }

  /** Lets go of what is on disk. */
  void close() {
    packed.close();
  }
}
