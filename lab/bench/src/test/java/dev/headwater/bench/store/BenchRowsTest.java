package dev.headwater.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.StoredRow;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The store and raw RocksDB must be given the same work, or their ratio says nothing. */
class BenchRowsTest {
  private static final int DIM = 64;

  private final BenchRows rows = new BenchRows(20_000, DIM, 3);

  @Test
  void noTwoItemsHaveOneName() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      assertThat(rows.item(i)).hasSize(10);
      names.add(rows.item(i));
    }
    assertThat(names).hasSize(20_000);
  }

  @Test
  void rawRocksDbWritesAsManyBytesAsTheStoreDoes() {
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int i = 0; i < 5_000; i++) {
      least = Math.min(least, rows.encoded(i).length);
      most = Math.max(most, rows.encoded(i).length);
    }
    assertThat(least).as("the vector and what is beside it").isGreaterThan(4 * DIM);
    assertThat(most).isEqualTo(least);
  }

  @Test
  void aLaterStepIsANewerVersionOfTheSameItemAndAnotherVector() {
    StoredRow before = rows.row(17, 1);
    StoredRow after = rows.row(17, 2);
    assertThat(after.stamp()).isNotEqualTo(before.stamp());
    assertThat(after.vector()).hasSize(DIM).isNotEqualTo(before.vector());
    assertThat(rows.row(17, 1).vector()).isEqualTo(before.vector());
  }

  @Test
  void vectorsLookLikeTrainedOnes() {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 4_000; i++) {
      for (float value : rows.vector(i)) {
        sum += value;
        squares += value * value;
      }
    }
    assertThat(sum / (4_000 * DIM)).isCloseTo(0, within(0.005));
    assertThat(Math.sqrt(squares / 4_000)).as("norm").isCloseTo(1, within(0.02));
  }

  @Test
  void theLineageIsThatOfATunedRow() throws Exception {
    EmbeddingRow lineage = EmbeddingRow.parseFrom(rows.lineage());
    assertThat(lineage.getInteractionsLearned()).isPositive();
    assertThat(lineage.hasVector()).isFalse();
    assertThat(lineage.getPublishedMs()).isGreaterThan(lineage.getComputedMs());
  }
}
