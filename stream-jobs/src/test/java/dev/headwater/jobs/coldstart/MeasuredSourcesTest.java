package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.cdim.GraphOrScan;
import dev.headwater.idp.cdim.HnswSourceIndex;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SourceIndex;
import org.junit.jupiter.api.Test;

class MeasuredSourcesTest {
  private static final float[][] ONE = {{1, 0}};

  private final ColdStartStats stats = ColdStartStats.of("measured-sources-test");
  private final ItemPool pool = new ItemPool(2, 1);

  MeasuredSourcesTest() {
    pool.put("d", "near", new float[] {1, 0}, new float[] {1});
    pool.put("d", "far", new float[] {0, 1}, new float[] {2});
  }

  @Test
  void theFirstTextOfEachSoManyIsLookedUpBothWays() throws Exception {
    HnswSourceIndex graph = HnswSourceIndex.of(pool, HnswSourceIndex.Config.defaults());
    SourceIndex measured = MeasuredSources.of(new GraphOrScan(graph, () -> pool), stats);
    assertThat(stats.sourceRecall()).isNaN();
    var many = measured.nearest(new float[][] {{1, 0}, {0, 1}, {1, 0}}, 1);
    assertThat(many).hasSize(3);
    assertThat(stats.sourceRecall()).as("several texts are looked up exactly").isNaN();
    assertThat(measured.nearest(ONE, 1).get(0).get(0).item()).isEqualTo("near");
    assertThat(stats.sourceRecall()).isEqualTo(1);

    stats.sources(1, 0); // one that was missed
    for (int i = 1; i < MeasuredSources.EVERY; i++) {
      var unused = measured.nearest(ONE, 1);
    }
    assertThat(stats.sourceRecall()).isEqualTo(0.5);
    var unused = measured.nearest(ONE, 1);
    assertThat(stats.sourceRecall()).isEqualTo(2.0 / 3);
  }

  @Test
  void anExactSearchIsNotMeasured() {
    assertThat(MeasuredSources.of(pool, stats)).isSameAs(pool);
  }
}
