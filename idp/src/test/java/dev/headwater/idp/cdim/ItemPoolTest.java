package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ItemPoolTest {
  private static final int DIM = 6;

  private final SplittableRandom random = new SplittableRandom(17);

  @Test
  void oneIdInTwoDomainsIsTwoItems() {
    ItemPool pool = new ItemPool(1, 1);
    pool.put("a", "x", new float[] {1}, new float[] {1});
    pool.put("b", "x", new float[] {1}, new float[] {2});
    assertThat(pool.size()).isEqualTo(2);
    pool.remove("a", "x");
    pool.remove("a", "x");
    pool.remove("c", "x");
    assertThat(pool.size()).isEqualTo(1);
    assertThat(nearest(pool, new float[] {1}, 5)).containsExactly("b/x");
  }

  @Test
  void aNewerTextAndEmbeddingReplaceTheOld() {
    ItemPool pool = new ItemPool(2, 1);
    pool.put("a", "x", new float[] {1, 0}, new float[] {1});
    pool.put("a", "y", new float[] {0.5f, 0.5f}, new float[] {2});
    pool.put("a", "x", new float[] {0, 1}, new float[] {3});
    assertThat(pool.size()).isEqualTo(2);
    assertThat(nearest(pool, new float[] {1, 0}, 1)).containsExactly("a/y");
    assertThat(pool.nearest(new float[][] {{0, 1}}, 1).get(0).get(0).embedding())
        .containsExactly(3);
  }

  @Test
  void copiesWhatItIsGiven() {
    ItemPool pool = new ItemPool(1, 1);
    float[] text = {1};
    float[] embedding = {5};
    pool.put("a", "x", text, embedding);
    text[0] = -1;
    embedding[0] = 9;
    SourceIndex.Neighbour found = pool.nearest(new float[][] {{1}}, 1).get(0).get(0);
    assertThat(found.similarity()).isEqualTo(1);
    assertThat(found.embedding()).containsExactly(5);
  }

  @Test
  void tiesComeInTheOrderOfTheItems() {
    ItemPool pool = new ItemPool(1, 1);
    for (int i = 0; i < 5; i++) {
      pool.put("a", "i" + i, new float[] {1}, new float[] {i});
    }
    assertThat(nearest(pool, new float[] {1}, 3)).containsExactly("a/i0", "a/i1", "a/i2");
  }

  @Test
  void anEmptyPoolAndNoQueriesFindNothing() {
    ItemPool pool = new ItemPool(1, 1);
    assertThat(pool.nearest(new float[][] {{1}}, 3)).containsExactly(List.of());
    assertThat(pool.nearest(new float[0][], 3)).isEmpty();
  }

  @Test
  void refusesVectorsOfAnotherLength() {
    ItemPool pool = new ItemPool(2, 3);
    assertThatThrownBy(() -> pool.put("a", "x", new float[2], new float[2]))
        .hasMessageContaining("2 and 3 values, not 2 and 2");
    assertThatThrownBy(() -> pool.put("a", "x", new float[1], new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pool.size()).isZero();
  }

  @Test
  void findsWhatAPlainScanFindsBeyondOneBlockAndAfterManyChanges() {
    ItemPool pool = new ItemPool(DIM, 1);
    Map<String, float[]> expected = new HashMap<>();
    for (int i = 0; i < 6_000; i++) {
      String id = "i" + random.nextInt(5_000);
      if (random.nextInt(5) == 0) {
        pool.remove("a", id);
        expected.remove(id);
      } else {
        float[] text = vector();
        pool.put("a", id, text, new float[] {i});
        expected.put(id, text);
      }
    }
    assertThat(pool.size()).isEqualTo(expected.size());
    for (int round = 0; round < 8; round++) {
      float[] query = vector();
      List<String> wanted =
          expected.entrySet().stream()
              .sorted(Comparator.comparingDouble(entry -> -dot(entry.getValue(), query)))
              .limit(8)
              .map(entry -> "a/" + entry.getKey())
              .toList();
      assertThat(nearest(pool, query, 8)).isEqualTo(wanted);
    }
  }

  @Test
  void manyQueriesOfOneCallFindWhatEachFindsAlone() {
    ItemPool pool = new ItemPool(DIM, 1);
    for (int i = 0; i < 500; i++) {
      pool.put("a", "i" + i, vector(), new float[] {i});
    }
    float[][] queries = new float[140][];
    for (int q = 0; q < queries.length; q++) {
      queries[q] = vector();
    }
    List<List<SourceIndex.Neighbour>> together = pool.nearest(queries, 4);
    for (int q = 0; q < queries.length; q++) {
      assertThat(together.get(q))
          .extracting(n -> n.domain() + "/" + n.item())
          .isEqualTo(nearest(pool, queries[q], 4));
    }
  }

  @Test
  void readersSeeAWholePoolWhileItIsWrittenTo() throws Exception {
    ItemPool pool = new ItemPool(1, 1);
    for (int i = 0; i < 100; i++) {
      pool.put("a", "stays" + i, new float[] {1}, new float[] {7});
    }
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Future<?> writer =
          threads.submit(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  pool.put("a", "comes" + i % 50, new float[] {-1}, new float[] {7});
                  pool.remove("a", "comes" + (i + 25) % 50);
                }
              });
      List<Future<Boolean>> readers = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        readers.add(
            threads.submit(
                () -> {
                  boolean whole = true;
                  do {
                    List<SourceIndex.Neighbour> found =
                        pool.nearest(new float[][] {{1}}, 100).get(0);
                    whole &= found.size() == 100;
                    whole &= found.stream().allMatch(n -> n.item().startsWith("stays"));
                    whole &= found.stream().allMatch(n -> n.embedding()[0] == 7);
                  } while (!writer.isDone());
                  return whole;
                }));
      }
      writer.get();
      for (Future<Boolean> reader : readers) {
        assertThat(reader.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<String> nearest(ItemPool pool, float[] query, int count) {
    return pool.nearest(new float[][] {query}, count).get(0).stream()
        .map(n -> n.domain() + "/" + n.item())
        .toList();
  }

  private float[] vector() {
    float[] vector = new float[DIM];
    for (int k = 0; k < DIM; k++) {
      vector[k] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }
}
