package dev.headwater.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class WalkTest {
  @TempDir Path directory;

  private static byte[] key(int number) {
    return "%06d".formatted(number).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void findsWhatASearchFindsWhereverItGoes() throws RocksDBException {
    Random random = new Random(11);
    TreeSet<Integer> present = new TreeSet<>();
    try (RocksFiles files = new RocksFiles(directory, RocksConfig.defaults())) {
      for (int i = 0; i < 3_000; i++) {
        int number = random.nextInt(i < 1_500 ? 100_000 : 2_000); // sparse, and close together
        present.add(number);
        files.db.put(files.rows, files.unsynced, key(number), key(number + 1));
      }
      try (Walk walk = new Walk(files.db.newIterator(files.rows, files.point))) {
        int at = 0;
        for (int i = 0; i < 5_000; i++) {
          at = i % 50 == 0 ? random.nextInt(110_000) : at + random.nextInt(i % 3 == 0 ? 40 : 3);
          Integer expected = present.ceiling(at);
          assertThat(walk.to(key(at))).isEqualTo(expected != null);
          if (expected != null) {
            assertThat(walk.key()).isEqualTo(key(expected));
            assertThat(walk.value()).isEqualTo(key(expected + 1));
          }
        }
      }
    }
  }

  @Test
  void goesAstrayWhereKeysLieFarApartAndNotWhereTheyLieClose() throws RocksDBException {
    try (RocksFiles files = new RocksFiles(directory, RocksConfig.defaults())) {
      for (int i = 0; i < 3_000; i++) {
        files.db.put(files.rows, files.unsynced, key(i), key(i));
      }
      assertThat(isAstrayAfter(files, 0, 3, 6, 9, 12, 15, 18)).isFalse();
      assertThat(isAstrayAfter(files, 0, 100, 200, 300, 400)).isTrue();
      assertThat(isAstrayAfter(files, 400, 30, 20, 10)).isTrue();
      assertThat(isAstrayAfter(files, 0, 100, 200, 300, 400, 401, 402)).isFalse();
    }
  }

  private static boolean isAstrayAfter(RocksFiles files, int... numbers) throws RocksDBException {
    try (Walk walk = new Walk(files.db.newIterator(files.rows, files.point))) {
      for (int number : numbers) {
        assertThat(walk.to(key(number))).isTrue();
        assertThat(walk.key()).isEqualTo(key(number));
      }
      return walk.isAstray();
    }
  }
}
