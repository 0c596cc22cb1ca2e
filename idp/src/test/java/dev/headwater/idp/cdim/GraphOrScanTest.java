package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GraphOrScanTest {
  private final ItemPool pool = new ItemPool(2, 1);
  private final AtomicInteger scans = new AtomicInteger();

  @Test
  void fewTextsAreFoundOverTheGraphAndManyByALookAtEveryItem() throws Exception {
    for (int i = 0; i < 50; i++) {
      double angle = i / 50.0;
      float[] text = {(float) Math.cos(angle), (float) Math.sin(angle)};
      pool.put("d", "i" + i, text, new float[] {i});
    }
    HnswSourceIndex graph = HnswSourceIndex.of(pool, HnswSourceIndex.Config.defaults());
    SourceIndex both =
        new GraphOrScan(
            graph,
            () -> {
              scans.incrementAndGet();
              return pool;
            });
    float[][] texts = new float[GraphOrScan.TOGETHER][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = new float[] {(float) Math.cos(i / 5.0), (float) Math.sin(i / 5.0)};
    }
    List<String> alone = items(both.nearest(new float[][] {texts[1]}, 3).get(0));
    assertThat(scans).hasValue(0);
    List<List<SourceIndex.Neighbour>> together = both.nearest(texts, 3);
    assertThat(scans).hasValue(1);
    assertThat(items(together.get(1))).isEqualTo(alone).startsWith("i10");
    assertThat(together).hasSize(texts.length);
  }

  private static List<String> items(List<SourceIndex.Neighbour> found) {
    return found.stream().map(SourceIndex.Neighbour::item).toList();
  }
}
