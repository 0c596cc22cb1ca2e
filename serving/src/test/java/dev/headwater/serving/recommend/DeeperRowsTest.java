package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.rank.RankConfig;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ExpertRows;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Among many items candidates come from deeper among the learned rows. */
class DeeperRowsTest {
  private static final int LEARNED = RankConfig.defaults().learned();
  private static final int WANTED = 10;
  private static final float[] VECTOR = {1, 0};

  private final ItemIds ids = new ItemIds();
  private final ModelTable table = ExpertRows.table(new Experts(ids));

  /** The first one suits the vector best, the next one second best. */
  private void fill(int items) {
    for (int i = table.vectors().rows(); i < items; i++) {
      double angle = Math.PI / 2 * i / 100_000;
      float[] row = {(float) Math.cos(angle), (float) Math.sin(angle)};
      String item = "item-" + i;
      table.onRow(ids.code(item), ExpertRows.cold(i, item, row));
    }
  }

  private boolean isFound(int rank) {
    Query query = new Query(WANTED, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
    Domain domain = new Domain("d", new UserTable(10, UserArchive.NONE), 10, List.of());
    int[] history = {ids.code("item-" + (table.vectors().rows() - 1))};
    Ask ask =
        new Ask(Ask.Kind.EXPERTS, VECTOR, Measure.DOT, Asked.of(history), new int[0], query, 1);
    Pool pool = new TablePool(domain, table, 1, ask);
    Pool.Experience experience = Objects.requireNonNull(pool.experience());
    try (ExpertSource source = new ExpertSource(pool, experience, query, 5, true)) {
      assertThat(source.best(WANTED)).hasSize(WANTED);
      return source.strongest(ids.code("item-" + (rank - 1))) != null;
    }
  }

  @Test
  void oneRowDeeperForTenThousand() {
    fill(9_000);
    assertThat(isFound(LEARNED)).isTrue();
    assertThat(isFound(LEARNED + 1)).isFalse();
    fill(30_000);
    assertThat(isFound(LEARNED + 3)).isTrue();
    assertThat(isFound(LEARNED + 4)).isFalse();
  }
}
