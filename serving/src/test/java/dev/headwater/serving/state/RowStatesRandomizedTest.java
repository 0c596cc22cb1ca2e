package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is packed comes out as it went in, beside the same rows merged without packing. */
class RowStatesRandomizedTest {
  private static final Keys.RowKey KEY = new Keys.RowKey("d", Rows.MODEL, "i");
  private static final int STEPS = 400;

  private static final List<RowRecord.Kind> KINDS =
      List.of(RowRecord.Kind.COLD, RowRecord.Kind.TUNED, RowRecord.Kind.ROLLBACK);

  private final ModelTable table =
      new ModelTable(
          Rows.MODEL,
          2,
          new RowGuard(0.01f, 10),
          Clock.fixed(Instant.ofEpochMilli(5), ZoneOffset.UTC),
          ModelTable.RowListener.NONE,
          ScanIndex::new);

  @Test
  void keepsWhatMergingKeeps() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int code = seed;
      MergedRow expected = MergedRow.EMPTY;
      for (int step = 0; step < STEPS; step++) {
        RowRecord record = record(random, step, seed % 2 == 0 ? 1 : 1L << 33);
        expected = expected.with(record);
        table.onRow(code, record);
        RowState state = table.row(code);
        assertThat(state.merged()).as("seed %s step %s", seed, step).isEqualTo(expected);
        check(code, state, expected.winner());
      }
    }
  }

  /** What is served is the winner, or, where that is refused, one of the same incarnation. */
  private void check(int code, RowState state, @Nullable EmbeddingRow winner) {
    LiveRow live = state.live();
    assertThat(table.isLive(code)).isEqualTo(live != null);
    assertThat(table.vectors().contains(code)).isEqualTo(live != null);
    if (winner == null) {
      assertThat(live).isNull();
    } else if (state.refused() == null) {
      assertThat(Objects.requireNonNull(live).row()).isEqualTo(winner);
    }
    if (live != null) {
      EmbeddingRow row = live.row();
      float[] vector = new float[2];
      assertThat(table.vectors().readItem(code, vector)).isTrue();
      assertThat(Vectors.unpack(row.getVector())).containsExactly(vector);
      assertThat(table.isNew(code)).isEqualTo(row.getInteractionsLearned() == 0);
      assertThat(table.origin(code)).isEqualTo(row.getOrigin());
      assertThat(table.isLiveSince(code, row.getIncarnation())).isTrue();
      assertThat(table.isLiveSince(code, row.getIncarnation() + 1)).isFalse();
    }
  }

  /** Incarnations are multiples of a unit: heads of large ones take more room. */
  private static RowRecord record(Random random, int step, long unit) {
    long incarnation = unit * (step / 40 + random.nextInt(2));
    RowRecord.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    if (kind == RowRecord.Kind.COLD && random.nextInt(8) == 0) {
      return RowRecord.ended(KEY, step, random.nextInt(3) == 0 ? -1 : incarnation - 1);
    }
    return RowRecord.of(kind, KEY, step, random.nextInt(10) == 0 ? null : row(random, kind, unit));
  }

  private static EmbeddingRow row(Random random, RowRecord.Kind kind, long unit) {
    boolean cold = kind == RowRecord.Kind.COLD;
    EmbeddingRow.Builder row =
        EmbeddingRow.newBuilder()
            .setIncarnation(unit * random.nextInt(10))
            .setOrigin(
                cold
                    ? EmbeddingRow.Origin.COLD_START
                    : EmbeddingRow.Origin.forNumber(3 + random.nextInt(2)))
            .setPublishedMs(random.nextInt(1_000));
    if (!cold) {
      row.setVersion(RowVersion.newBuilder().setEpoch(random.nextInt(3)).setStep(random.nextInt(9)))
          .setInteractionsLearned(random.nextInt(3));
    }
    if (kind != RowRecord.Kind.ROLLBACK || random.nextBoolean()) {
      boolean refused = random.nextInt(8) == 0;
      row.setVector(Vectors.fp32(new float[] {refused ? Float.NaN : random.nextFloat() + 1, 1}));
    }
    return row.build();
  }
}
