package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CdimTest {
  private static final CdimConfig TWO_LINEAR = new CdimConfig(2, Weighting.LINEAR, 0.05f, false);

  private final ItemPool pool = new ItemPool(2, 2);

  @Test
  void linearWeightsAreSimilarityOverTheirSum() {
    pool.put("d", "near", new float[] {1, 0}, new float[] {10, 0});
    pool.put("d", "less", new float[] {0.6f, 0.8f}, new float[] {0, 10});
    pool.put("d", "far", new float[] {-1, 0}, new float[] {-99, -99});
    GeneratedEmbedding made = generate(TWO_LINEAR, 1, 0);
    assertThat(made.matches()).extracting(SourceMatch::item).containsExactly("near", "less");
    assertThat(made.matches().get(0).weight()).isCloseTo(0.625f, within(1e-5f));
    assertThat(made.vector()).containsExactly(new float[] {6.25f, 3.75f}, within(1e-4f));
  }

  @Test
  void restoresTheNormThatAveragingLoses() {
    pool.put("d", "a", new float[] {1, 0}, new float[] {10, 0});
    pool.put("d", "b", new float[] {1, 0}, new float[] {0, 10});
    float[] vector = generate(new CdimConfig(2, Weighting.SOFTMAX, 0.05f, true), 1, 0).vector();
    assertThat(Math.hypot(vector[0], vector[1])).isCloseTo(10, within(1e-4));
  }

  @Test
  void sharesEquallyWhereNoSimilarityIsPositive() {
    pool.put("d", "a", new float[] {-1, 0}, new float[] {2, 0});
    pool.put("d", "b", new float[] {0, -1}, new float[] {0, 2});
    GeneratedEmbedding made = generate(TWO_LINEAR, 1, 0);
    assertThat(made.matches()).extracting(SourceMatch::weight).containsOnly(0.5f);
  }

  @Test
  void usesAllThereAreWhenFewerThanWanted() {
    pool.put("d", "only", new float[] {1, 0}, new float[] {3, 4});
    assertThat(generate(CdimConfig.defaults(), 1, 0).vector())
        .containsExactly(new float[] {3, 4}, within(1e-5f));
  }

  @Test
  void anEmptyPoolGivesNothing() {
    GeneratedEmbedding made = generate(CdimConfig.defaults(), 1, 0);
    assertThat(made.vector()).isEmpty();
    assertThat(made.matches()).isEmpty();
  }

  @Test
  void anItemWithoutWordsIsLikeNothing() {
    pool.put("d", "a", new float[] {1, 0}, new float[] {10, 0});
    assertThat(generate(CdimConfig.defaults(), 0, 0).matches()).isEmpty();
  }

  @Test
  void removedItemsAreNotFoundAndTheirPlaceIsUsedAgain() {
    pool.put("d", "a", new float[] {1, 0}, new float[] {1, 0});
    pool.put("d", "b", new float[] {1, 0}, new float[] {2, 0});
    pool.remove("d", "a");
    assertThat(generate(TWO_LINEAR, 1, 0).matches())
        .extracting(SourceMatch::item)
        .containsExactly("b");
    pool.put("d", "c", new float[] {1, 0}, new float[] {3, 0});
    assertThat(pool.size()).isEqualTo(2);
    assertThat(generate(TWO_LINEAR, 1, 0).matches())
        .extracting(SourceMatch::item)
        .containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void theNearestOfAllPoolsCount() {
    ItemPool other = new ItemPool(2, 2);
    pool.put("source", "far", new float[] {0.6f, 0.8f}, new float[] {1, 0});
    pool.put("source", "farther", new float[] {0, 1}, new float[] {1, 0});
    other.put("target", "near", new float[] {1, 0}, new float[] {2, 0});
    assertThat(generate(TWO_LINEAR, List.of(pool, other), 1, 0).matches())
        .extracting(SourceMatch::item)
        .containsExactly("near", "far");
  }

  @Test
  void findsWhatAPlainScanFinds() {
    Random random = new Random(3);
    int n = 1_000;
    int dim = 24;
    ItemPool large = new ItemPool(dim, 1);
    float[][] vectors = new float[n][dim];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dim; d++) {
        vectors[i][d] = (float) random.nextGaussian();
      }
      large.put("d", Integer.toString(i), vectors[i], new float[] {i});
    }
    float[] query = vectors[17];
    List<String> expected =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -dot(vectors[i], query)))
            .limit(20)
            .map(String::valueOf)
            .toList();
    assertThat(large.nearest(new float[][] {query}, 20).get(0))
        .extracting(SourceIndex.Neighbour::item)
        .isEqualTo(expected);
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(d -> (double) a[d] * b[d]).sum();
  }

  private GeneratedEmbedding generate(CdimConfig config, float... text) {
    return generate(config, List.of(pool), text);
  }

  private static GeneratedEmbedding generate(
      CdimConfig config, List<SourceIndex> pools, float... text) {
    return new Cdim(config)
        .generate(
            text,
            pools.stream()
                .map(p -> p.nearest(new float[][] {text}, config.matches()).get(0))
                .toList());
  }
}
