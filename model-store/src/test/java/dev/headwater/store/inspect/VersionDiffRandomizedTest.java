package dev.headwater.store.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.client.answers.TableDiff;
import dev.headwater.events.wire.EmbeddingRow.Origin;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
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

/** Versions of random writes, held against whole copies of the table. */
class VersionDiffRandomizedTest {
  private static final TableId TOYS = new TableId("toys", "m1");
  private static final int ITEMS = 40;

  private final InMemoryEmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final List<SealedVersion> versions = new ArrayList<>();
  private final List<Map<String, StoredRow>> copies = new ArrayList<>();

  private void write(Random random) {
    Map<String, StoredRow> now = new HashMap<>();
    for (int version = 0; version < 8; version++) {
      for (int i = random.nextInt(30); i > 0; i--) {
        String item = "i" + random.nextInt(ITEMS);
        if (random.nextInt(4) == 0) {
          store.write(new WriteSet().delete(TOYS, item, 1));
          now.remove(item);
        } else {
          float[] vector = {random.nextInt(3), random.nextInt(3)};
          long step = 1L + random.nextInt(3);
          StoredRow row =
              new StoredRow(Origin.FINE_TUNED, 1, new RowStamp(0, version, step), vector);
          store.write(new WriteSet().put(TOYS, item, row));
          now.put(item, row);
        }
      }
      versions.add(store.seal(TOYS, 0, 10 + version));
      copies.add(Map.copyOf(now));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void countsWhatWholeCopiesOfTheTableDifferIn(long seed) {
    write(new Random(seed));
    for (int a = 0; a < versions.size(); a++) {
      for (int b = 0; b < versions.size(); b++) {
        compare("seed %d, from %d to %d".formatted(seed, a, b), a, b);
      }
    }
  }

  private void compare(String as, int a, int b) {
    TableDiff diff = VersionDiff.between(store, versions.get(a), versions.get(b));
    Set<String> all = new HashSet<>(copies.get(a).keySet());
    all.addAll(copies.get(b).keySet());
    int added = 0;
    int removed = 0;
    List<Double> moves = new ArrayList<>();
    for (String item : all) {
      @Nullable StoredRow from = copies.get(a).get(item);
      @Nullable StoredRow to = copies.get(b).get(item);
      if (from == null) {
        added++;
      } else if (to == null) {
        removed++;
      } else if (!from.equals(to)) {
        moves.add(Math.hypot(from.vector()[0] - to.vector()[0], from.vector()[1] - to.vector()[1]));
      }
    }
    assertThat(diff.added()).as(as).isEqualTo(added);
    assertThat(diff.removed()).as(as).isEqualTo(removed);
    assertThat(diff.changed()).as(as).isEqualTo(moves.size());
    double mean = moves.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double most = moves.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    assertThat(diff.meanMove()).as(as).isCloseTo(mean, within(1e-9));
    assertThat(diff.maxMove()).as(as).isCloseTo(most, within(1e-9));
    assertThat(diff.examples()).as(as).hasSize(Math.min(10, added + removed + moves.size()));
    if (!moves.isEmpty()) {
      assertThat(diff.examples().get(0).move()).as("%s: the farthest first", as).isEqualTo(most);
    }
    assertThat(diff.examples()).extracting(TableDiff.Moved::item).doesNotHaveDuplicates();
  }

  @Test
  void versionsOfTwoTablesHaveNoDifference() {
    write(new Random(1));
    TableId books = new TableId("books", "m1");
    store.write(
        new WriteSet()
            .put(
                books,
                "i1",
                new StoredRow(Origin.COLD_START, 1, new RowStamp(0, 0, 0), new float[] {1, 0})));
    SealedVersion other = store.seal(books, 0, 99);
    assertThatThrownBy(() -> VersionDiff.between(store, versions.get(0), other))
        .hasMessageContaining("different tables")
        .hasMessageContaining("toys")
        .hasMessageContaining("books");
  }
}
