package dev.headwater.chaos;

import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many clicks rows learned, and how many rollbacks took back of them: what a row knows falls by
 * a rollback alone. A row of the new generation may be read before the rollback that it goes on
 * from, for they stand in two topics. For one thread.
 */
final class TakenBack {
  /** What rows knew when their generation ended. */
  private final Map<String, Long> before = new HashMap<>();

  private long total;

  /** Returns how many clicks a record that changed a row says were learned. */
  long learned(String key, MergedRow was, MergedRow is, RowRecord record) {
    long known = count(was.highest());
    long now = count(is.highest());
    if (generation(is.highest()) > generation(was.highest())) {
      before.put(key, known);
    }
    if (record.kind() != RowRecord.Kind.ROLLBACK) {
      return now - known;
    }
    EmbeddingRow row = record.row();
    EmbeddingRow highest = is.highest();
    if (row == null || highest == null || generation(row) < generation(highest)) {
      return 0;
    }
    if (highest.getVersion().equals(row.getVersion())) {
      total += known - now;
      return 0;
    }
    long taken = before.getOrDefault(key, 0L) - count(row);
    total += taken;
    return taken;
  }

  /** Returns how many clicks rollbacks took back. */
  long total() {
    return total;
  }

  private static long count(@Nullable EmbeddingRow row) {
    return row == null ? 0 : row.getInteractionsLearned();
  }

  private static long generation(@Nullable EmbeddingRow row) {
    return row == null ? 0 : row.getVersion().getGeneration();
  }
}
