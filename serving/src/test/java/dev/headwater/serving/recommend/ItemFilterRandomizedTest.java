package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random catalogs and wishes, held against the sentence of the contract spelled out in loops. */
class ItemFilterRandomizedTest {
  private static final List<String> WORDS = List.of("a", "b", "cà", "d".repeat(300));

  private final Domain domain = new Domain("d", new UserTable(1, UserArchive.NONE), 1, List.of());

  private static List<String> some(Random random) {
    List<String> some = new ArrayList<>();
    for (String word : WORDS) {
      if (random.nextInt(3) == 0) {
        some.add(word);
      }
    }
    return some;
  }

  private static Map<String, String> pairs(Random random) {
    Map<String, String> pairs = new HashMap<>();
    some(random).forEach(name -> pairs.put(name, WORDS.get(random.nextInt(2))));
    return pairs;
  }

  private static boolean wanted(
      List<String> categories,
      List<String> brands,
      Map<String, String> attributes,
      CatalogEntry entry) {
    boolean category = categories.isEmpty();
    for (String each : entry.categories()) {
      category |= categories.contains(each);
    }
    boolean brand = brands.isEmpty();
    for (String each : brands) {
      brand |= each.equals(entry.brand());
    }
    boolean all = true;
    for (Map.Entry<String, String> each : attributes.entrySet()) {
      @Nullable String has = entry.attributes().get(each.getKey());
      all &= has != null && has.equals(each.getValue());
    }
    return category && brand && all;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneCategoryOneBrandAndAllAttributes(long seed) {
    Random random = new Random(seed);
    int passed = 0;
    for (int i = 0; i < 2_000; i++) {
      List<String> categories = some(random);
      List<String> brands = some(random);
      Map<String, String> attributes = random.nextBoolean() ? Map.of() : pairs(random);
      ItemFilter filter = ItemFilter.of(categories, brands, attributes);
      CatalogEntry entry =
          new CatalogEntry(
              false,
              true,
              1,
              0,
              "t",
              random.nextInt(4) == 0 ? "" : WORDS.get(random.nextInt(4)),
              some(random),
              pairs(random),
              0,
              0,
              CatalogEntry.NONE);
      boolean wanted = wanted(categories, brands, attributes, entry);
      passed += wanted ? 1 : 0;
      domain.catalog(3, entry);
      assertThat(domain.matches(3, filter.pattern()))
          .as("seed %d: %s, %s", seed, filter, entry)
          .isEqualTo(wanted);
      assertThat(domain.catalog(3)).as("seed %d", seed).isEqualTo(entry);
    }
    assertThat(passed).isBetween(200, 1_800);
  }

  @Test
  void anItemWithoutACatalogEntryPassesOnlyWhereNothingIsAsked() {
    assertThat(ItemFilter.ALL.isAll()).isTrue();
    assertThat(domain.matches(1, ItemFilter.of(List.of("a"), List.of(), Map.of()).pattern()))
        .isFalse();
    assertThat(domain.matches(1, ItemFilter.of(List.of(), List.of(), Map.of("a", "b")).pattern()))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSetOfCodesHoldsTheFirstOfThemAndNoOther(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      int[] codes = random.ints(random.nextInt(20), 0, 40).toArray();
      int size = random.nextInt(codes.length + 1);
      Set<Integer> expected = new HashSet<>();
      for (int k = 0; k < size; k++) {
        expected.add(codes[k]);
      }
      CodeSet set = CodeSet.of(codes, size);
      for (int code = -1; code <= 40; code++) {
        assertThat(set.contains(code)).as("seed %d", seed).isEqualTo(expected.contains(code));
      }
    }
  }

  @Test
  void answersOfTwoNodesHaveNamesOfTheirOwn() {
    Set<String> names = new HashSet<>();
    RecommendationIds one = new RecommendationIds(new Random(1));
    RecommendationIds two = new RecommendationIds(new Random(2));
    for (int i = 0; i < 2_000; i++) {
      names.add(one.next());
      names.add(two.next());
    }
    assertThat(names).hasSize(4_000).allMatch(name -> name.matches("[0-9a-z]+-[0-9a-z]+"));
  }
}
