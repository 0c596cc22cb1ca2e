package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HnswSourceIndexTest {
  private static final int DIM = 16;

  private final SplittableRandom random = new SplittableRandom(5);
  private final float[][] queries = new float[100][];

  HnswSourceIndexTest() {
    Arrays.setAll(queries, i -> randomUnit());
  }

  @Test
  void findsNearlyAllThatTheExactSearchFinds() throws Exception {
    ItemPool pool = new ItemPool(DIM, 2);
    for (int i = 0; i < 5_000; i++) {
      pool.put("d", "i" + i, randomUnit(), new float[] {i, 1});
    }
    pool.remove("d", "i7");
    HnswSourceIndex graph = HnswSourceIndex.of(pool, HnswSourceIndex.Config.defaults());
    assertThat(graph.size()).isEqualTo(4_999);
    assertThat(graph.recall(pool, queries, 20)).isGreaterThan(0.95);
    assertThat(graph.nearest(queries, 3).get(0).get(0).similarity())
        .isCloseTo(pool.nearest(queries, 3).get(0).get(0).similarity(), within(1e-4f));
    assertThat(graph.exactly(queries[0], 20))
        .extracting(SourceIndex.Neighbour::item)
        .isEqualTo(
            pool.nearest(queries, 20).get(0).stream().map(SourceIndex.Neighbour::item).toList());
  }

  @Test
  void comesBackFromItsFileWithTheSameAnswers() throws Exception {
    List<KnownItem> items = items(500);
    HnswSourceIndex graph = HnswSourceIndex.build(items, HnswSourceIndex.Config.defaults());
    HnswSourceIndex read = HnswSourceIndex.load(in(written(graph)), items);
    assertThat(read.nearest(queries, 5))
        .usingRecursiveComparison()
        .isEqualTo(graph.nearest(queries, 5));
  }

  @Test
  void walksOverShortTextsAndRanksByWholeOnes() throws Exception {
    List<KnownItem> items = items(2_000);
    HnswSourceIndex walking =
        HnswSourceIndex.build(items, new HnswSourceIndex.Config(32, 200, 500, DIM / 2));
    int right = 0;
    for (float[] query : queries) {
      List<SourceIndex.Neighbour> found = walking.nearest(new float[][] {query}, 5).get(0);
      assertThat(found)
          .isSortedAccordingTo((a, b) -> Float.compare(b.similarity(), a.similarity()));
      for (SourceIndex.Neighbour near : found) {
        float[] text = items.get((int) near.embedding()[0]).text();
        assertThat(near.similarity()).isEqualTo(ShortTexts.dot(query, text));
      }
      right += found.get(0).item().equals(walking.exactly(query, 1).get(0).item()) ? 1 : 0;
    }
    assertThat(right).as("best of 100 found by half of the numbers").isGreaterThan(80);
  }

  /** Graphs of the same items differ, and hand their candidates over in any order. */
  @Test
  void itemsThatAreAlikeComeInTheOrderOfTheItems() throws Exception {
    List<KnownItem> items = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      items.add(new KnownItem("d", "i" + i, queries[i / 6], new float[] {i, 1}));
    }
    for (int build = 0; build < 5; build++) {
      HnswSourceIndex graph = HnswSourceIndex.build(items, HnswSourceIndex.Config.defaults());
      for (int q = 0; q < 50; q++) {
        assertThat(graph.nearest(new float[][] {queries[q]}, 4).get(0))
            .extracting(near -> (int) near.embedding()[0])
            .containsExactly(6 * q, 6 * q + 1, 6 * q + 2, 6 * q + 3);
      }
    }
  }

  @Test
  void itsFileHoldsLinksAndNoTexts() throws Exception {
    int fewer =
        written(HnswSourceIndex.build(items(100), new HnswSourceIndex.Config(4, 20, 20, 8))).length;
    int more =
        written(HnswSourceIndex.build(items(300), new HnswSourceIndex.Config(4, 20, 20, 8))).length;
    assertThat((more - fewer) / 200).as("bytes an item").isLessThan(DIM * Float.BYTES + 40);
  }

  @Test
  void refusesAFileOfOtherItems() throws Exception {
    byte[] file = written(HnswSourceIndex.build(items(30), HnswSourceIndex.Config.defaults()));
    assertThatThrownBy(() -> HnswSourceIndex.load(in(file), items(29)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a graph of 30 items, not 29");
  }

  /** A bundle may come from anywhere: what it brings must not say which classes are made. */
  @Test
  void refusesAFileThatHoldsAnotherClass() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new ArrayList<>(List.of("anything")));
    }
    assertThatThrownBy(() -> HnswSourceIndex.load(in(bytes.toByteArray()), items(1)))
        .isInstanceOf(IOException.class)
        .hasRootCauseInstanceOf(ClassNotFoundException.class)
        .hasRootCauseMessage("java.util.ArrayList is no part of a graph");
  }

  private static byte[] written(HnswSourceIndex graph) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    graph.save(bytes);
    return bytes.toByteArray();
  }

  private static ByteArrayInputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private List<KnownItem> items(int count) {
    List<KnownItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new KnownItem("d", "i" + i, randomUnit(), new float[] {i, 1}));
    }
    return items;
  }

  private float[] randomUnit() {
    float[] vector = new float[DIM];
    double sum = 0;
    for (int k = 0; k < vector.length; k++) {
      vector[k] = (float) random.nextGaussian();
      sum += vector[k] * vector[k];
    }
    for (int k = 0; k < vector.length; k++) {
      vector[k] /= (float) Math.sqrt(sum);
    }
    return vector;
  }
}
