package dev.headwater.store.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Random rows written and read again, and with one bit turned. */
class RowCodecRandomizedTest {
  private static final List<EmbeddingRow.Origin> ORIGINS =
      List.of(
          EmbeddingRow.Origin.COLD_START,
          EmbeddingRow.Origin.FALLBACK,
          EmbeddingRow.Origin.FINE_TUNED,
          EmbeddingRow.Origin.ROLLBACK);

  private final Random random = new Random(19);

  /** Small ones as often as ones that fill all bits. */
  private long number() {
    return random.nextLong() >>> random.nextInt(64);
  }

  private StoredRow row() {
    float[] vector = new float[random.nextInt(70)];
    float scale = (float) Math.pow(10, random.nextInt(5) - 2);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = random.nextInt(20) == 0 ? 0 : scale * (float) random.nextGaussian();
    }
    return new StoredRow(
        ORIGINS.get(random.nextInt(ORIGINS.size())),
        number(),
        new RowStamp(number(), number(), number()),
        vector);
  }

  private static float tolerance(VectorFormat format, float[] vector, float value) {
    float most = 0;
    for (float each : vector) {
      most = Math.max(most, Math.abs(each));
    }
    return switch (format) {
      case INT8 -> most / 127 * 0.5001f;
      case FP16 -> Math.abs(value) / 2048 + 3e-8f;
      default -> 0;
    };
  }

  @ParameterizedTest
  @EnumSource(value = VectorFormat.class, names = "UNRECOGNIZED", mode = Mode.EXCLUDE)
  void whatIsWrittenIsReadWithinWhatTheFormatKeeps(VectorFormat format) {
    RowCodec codec = new RowCodec(format);
    for (int i = 0; i < 2_000; i++) {
      StoredRow row = row();
      RowCodec.Encoded encoded = codec.encode(i, row);
      String as = "%s, seed 19, %d: %s".formatted(format, i, row);
      assertThat(encoded.bytes()).as(as).hasSize(codec.size(row));
      // Any codec reads what another one wrote: a store's format may change.
      StoredRow read = RowCodec.decode(encoded.bytes());
      assertThat(read.origin()).as(as).isEqualTo(row.origin());
      assertThat(read.incarnation()).as(as).isEqualTo(row.incarnation());
      assertThat(read.stamp()).as(as).isEqualTo(row.stamp());
      assertThat(read.vector()).as(as).hasSameSizeAs(row.vector());
      for (int d = 0; d < row.vector().length; d++) {
        float value = row.vector()[d];
        assertThat(Math.abs(read.vector()[d] - value))
            .as("%s, dimension %d", as, d)
            .isLessThanOrEqualTo(tolerance(format, row.vector(), value));
      }
      RowMeta meta = RowCodec.meta(encoded.bytes(), 7, encoded.contentHash());
      assertThat(meta)
          .isEqualTo(
              new RowMeta(row.origin(), row.incarnation(), row.stamp(), 7, encoded.contentHash()));
    }
  }

  @ParameterizedTest
  @EnumSource(value = VectorFormat.class, names = "UNRECOGNIZED", mode = Mode.EXCLUDE)
  void aBitThatTurnedIsFoundWhereverItIs(VectorFormat format) {
    RowCodec codec = new RowCodec(format);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = codec.encode(i, row()).bytes();
      long hash = RowCodec.contentHash(i, bytes);
      assertThat(RowCodec.isIntact(hash, bytes)).isTrue();
      assertThat(RowCodec.isIntact(RowCodec.contentHash(i + 1, bytes), bytes))
          .as("the row of another item")
          .isFalse();
      for (int at = 0; at < bytes.length; at++) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) (1 << random.nextInt(8));
        assertThat(RowCodec.isIntact(RowCodec.contentHash(i, damaged), damaged))
            .as("%s, seed 19, row %d, byte %d of %d", format, i, at, bytes.length)
            .isFalse();
      }
    }
  }

  @Test
  void aTombstoneKeepsTheIncarnationThatItEnded() {
    for (int i = 0; i < 1_000; i++) {
      long incarnation = number();
      byte[] bytes = RowCodec.tombstone(incarnation);
      assertThat(RowCodec.isTombstone(bytes)).isTrue();
      assertThat(RowCodec.meta(bytes, 3, 0).incarnation()).isEqualTo(incarnation);
      assertThat(RowCodec.isTombstone(new RowCodec(VectorFormat.FP32).encode(1, row()).bytes()))
          .isFalse();
    }
  }

  @Test
  void aFormatThatThisVersionDoesNotKnowIsNotWritten() {
    assertThatThrownBy(() -> new RowCodec(VectorFormat.UNRECOGNIZED))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
