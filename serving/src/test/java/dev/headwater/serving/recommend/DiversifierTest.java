package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.Rows;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random candidates with random vectors and categories. */
class DiversifierTest {
  private static final int ITEMS = 40;
  private static final int DIM = 4;

  private final Domain domain = new Domain("d", new UserTable(10, UserArchive.NONE), 10, List.of());
  private final ModelTable table = table(DIM);
  private final List<float[]> vectors = new ArrayList<>();
  private final Map<Integer, String> categories = new HashMap<>();

  static ModelTable table(int dim) {
    return new ModelTable(
        Rows.MODEL,
        dim,
        new RowGuard(0.001f, 1_000),
        Clock.systemUTC(),
        ModelTable.RowListener.NONE,
        ScanIndex::new);
  }

  /** The pool of a table for a user's vector; what a filter does not allow is hidden. */
  static Pool pool(Domain domain, ModelTable table, float[] vector, RowFilter filter) {
    int[] hidden = IntStream.range(0, 1_000).filter(code -> !filter.allows(code)).toArray();
    Query query = new Query(10, true, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
    return new TablePool(
        domain,
        table,
        1,
        new Ask(Ask.Kind.ROWS, vector, Measure.DOT, Asked.NONE, hidden, query, 18));
  }

  private List<Scored> candidates(Random random) {
    List<Scored> candidates = new ArrayList<>();
    for (int code = 0; code < ITEMS; code++) {
      float[] vector = new float[DIM];
      for (int d = 0; d < DIM; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      vectors.add(vector);
      table.onRow(code, Rows.inCold(code, Rows.cold("d", "i", 1, vector)));
      String category = random.nextInt(6) == 0 ? "" : "c" + random.nextInt(5);
      categories.put(code, category);
      List<String> named = category.isEmpty() ? List.of() : List.of(category, "second");
      domain.catalog(
          code,
          new CatalogEntry(false, true, 1, 0, "t", "", named, Map.of(), 0, 0, CatalogEntry.NONE));
      candidates.add(new Scored(code, (float) random.nextGaussian()));
    }
    candidates.sort(Comparator.comparing(Scored::score).reversed());
    return candidates;
  }

  private List<Scored> choose(List<Scored> candidates, int cap, float diversity, int count) {
    Pool pool = pool(domain, table, new float[DIM], RowFilter.ALL);
    return new Diversifier(pool, new CategoryCap(pool, cap), diversity).choose(candidates, count);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void withoutDiversityTheBestThatTheCapLetsInComeInTheirOrder(long seed) {
    Random random = new Random(seed);
    List<Scored> candidates = candidates(random);
    for (int i = 0; i < 50; i++) {
      int cap = random.nextInt(4);
      int count = 1 + random.nextInt(ITEMS);
      List<Scored> expected = new ArrayList<>();
      Map<String, Integer> taken = new HashMap<>();
      for (Scored each : candidates) {
        String category = categories.getOrDefault(each.code(), "");
        boolean free = cap == 0 || category.isEmpty() || taken.getOrDefault(category, 0) < cap;
        if (free && expected.size() < count) {
          taken.merge(category, 1, Integer::sum);
          expected.add(each);
        }
      }
      assertThat(choose(candidates, cap, 0, count))
          .as("seed %d: cap %d, count %d", seed, cap, count)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void eachPlaceGoesToNoneThatIsLessRelevantAndMoreAlike(long seed) {
    Random random = new Random(seed);
    List<Scored> candidates = candidates(random);
    for (int i = 0; i < 20; i++) {
      float diversity = (1 + random.nextInt(10)) / 10f;
      int cap = random.nextInt(3);
      List<Scored> chosen = choose(candidates, cap, diversity, 10);
      String as = "seed %d: diversity %.1f, cap %d".formatted(seed, diversity, cap);
      assertThat(chosen).as(as).doesNotHaveDuplicates().first().isEqualTo(candidates.get(0));
      for (int place = 1; place < chosen.size(); place++) {
        List<Scored> above = chosen.subList(0, place);
        double got = value(candidates, chosen.get(place), above, diversity);
        for (Scored other : candidates) {
          if (!above.contains(other) && hasRoom(other, above, cap)) {
            assertThat(value(candidates, other, above, diversity))
                .as("%s, place %d", as, place)
                .isLessThanOrEqualTo(got + 1e-5);
          }
        }
      }
    }
  }

  private boolean hasRoom(Scored item, List<Scored> above, int cap) {
    String category = categories.getOrDefault(item.code(), "");
    long same =
        above.stream()
            .filter(each -> categories.getOrDefault(each.code(), "").equals(category))
            .count();
    return cap == 0 || category.isEmpty() || same < cap;
  }

  /** Carbonell and Goldstein's, relevance and cosine scaled to 0 to 1. */
  private double value(List<Scored> all, Scored item, List<Scored> above, float diversity) {
    double high = all.get(0).score();
    double low = all.get(all.size() - 1).score();
    double most = above.stream().mapToDouble(each -> cosine(item, each)).max().orElse(-1);
    return (1 - diversity) * (item.score() - low) / (high - low) - diversity * (most + 1) / 2;
  }

  private double cosine(Scored a, Scored b) {
    float[] x = vectors.get(a.code());
    float[] y = vectors.get(b.code());
    double dot = 0;
    double xx = 0;
    double yy = 0;
    for (int d = 0; d < DIM; d++) {
      dot += x[d] * y[d];
      xx += x[d] * x[d];
      yy += y[d] * y[d];
    }
    return dot / Math.sqrt(xx * yy);
  }

  @Test
  void copiesOfWhatIsThereComeLast() {
    float[][] corners = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};
    List<Scored> candidates = new ArrayList<>();
    for (int code = 0; code < 12; code++) {
      table.onRow(code, Rows.inCold(code, Rows.cold("d", "i", 1, corners[code / 4])));
      candidates.add(new Scored(code, 12 - code));
    }
    Set<Integer> corner = new HashSet<>();
    choose(candidates, 0, 1, 3).forEach(each -> corner.add(each.code() / 4));
    assertThat(corner).as("one of each").hasSize(3);
    assertThat(choose(candidates, 0, 0, 3)).extracting(Scored::code).containsExactly(0, 1, 2);
    assertThat(choose(List.of(), 0, 1, 3)).isEmpty();
    assertThat(choose(candidates, 0, 1, 99)).hasSize(12);
  }
}
