package dev.headwater.store.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSpoolTest {
  private static final List<EmbeddingRow> ROWS =
      IntStream.range(0, 1_000)
          .mapToObj(i -> EmbeddingRow.newBuilder().setItem("i" + i).setRevision(i).build())
          .toList();

  @ParameterizedTest
  @ValueSource(ints = {0, 500, 1 << 20})
  void rowsComeBackInTheirOrderWhereverTheyWereKept(int memoryBytes) {
    try (RowSpool spool = new RowSpool(memoryBytes)) {
      ROWS.subList(500, 510).forEach(spool::add);
      spool.clear();
      assertThat(all(spool)).isEmpty();
      ROWS.forEach(spool::add);
      assertThat(spool.rows()).isEqualTo(1_000);
      assertThat(all(spool)).isEqualTo(ROWS);
      assertThat(all(spool)).as("once more").isEqualTo(ROWS);
    }
  }

  private static List<EmbeddingRow> all(RowSpool spool) {
    List<EmbeddingRow> rows = new ArrayList<>();
    spool.each(rows::add);
    return rows;
  }
}
