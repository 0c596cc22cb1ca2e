package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random topics, read in random interleavings with repeats. */
class MergedRowRandomizedTest {
  private static final int WORLDS = 400;
  private static final int INTERLEAVINGS = 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyInterleavingOfTheTopicsGivesTheSameWinner(long seed) {
    Random random = new Random(seed);
    for (int world = 0; world < WORLDS; world++) {
      Topic cold = coldTopic(random);
      // Nobody learns a row of an incarnation that has not begun; late rows of older ones are
      // common.
      int lives = 1 + (int) newestIncarnation(cold);
      Topic tuned = tunedTopic(random, lives);
      Topic rollback = rollbackTopic(random, lives);
      EmbeddingRow expected = expected(cold, tuned, rollback);
      for (int i = 0; i < INTERLEAVINGS; i++) {
        MergedRow merged = read(random, List.of(cold, tuned, rollback));
        assertThat(merged.winner())
            .as("seed %d, world %d, interleaving %d", seed, world, i)
            .isEqualTo(expected);
      }
    }
  }

  /**
   * Writers of the cold topic that are paused and come back, and tombstones that name an
   * incarnation.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyOrderOfFencedColdRecordsGivesTheSameWinner(long seed) {
    Random random = new Random(seed);
    for (int world = 0; world < WORLDS; world++) {
      List<RowRecord> records = fencedRecords(random);
      MergedRow inOrder = MergedRow.EMPTY;
      for (RowRecord record : records) {
        inOrder = inOrder.with(record);
      }
      EmbeddingRow expected = highest(records);
      assertThat(inOrder.winner()).as("seed %d, world %d", seed, world).isEqualTo(expected);
      for (int i = 0; i < INTERLEAVINGS; i++) {
        List<RowRecord> shuffled = new ArrayList<>(records);
        Collections.shuffle(shuffled, random);
        shuffled.addAll(shuffled.subList(0, random.nextInt(shuffled.size())));
        MergedRow merged = MergedRow.EMPTY;
        for (RowRecord record : shuffled) {
          merged = merged.with(record);
        }
        assertThat(merged.cold())
            .as("seed %d, world %d, order %d", seed, world, i)
            .isEqualTo(expected);
      }
    }
  }

  private static List<RowRecord> fencedRecords(Random random) {
    List<RowRecord> records = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int offset = 0; offset < count; offset++) {
      int incarnation = random.nextInt(4);
      if (random.nextInt(4) == 0) {
        records.add(RowRecord.ended(KEY, offset, incarnation));
      } else {
        EmbeddingRow row =
            row(incarnation, 0, offset, true).toBuilder()
                .setRevision(incarnation + random.nextInt(3))
                .setVersion(RowVersion.newBuilder().setEpoch(random.nextInt(3)).setStep(offset))
                .build();
        records.add(RowRecord.of(RowRecord.Kind.COLD, KEY, offset, row));
      }
    }
    return records;
  }

  /** The rule again, as plainly as can be. */
  private static @Nullable EmbeddingRow highest(List<RowRecord> records) {
    long over = records.stream().mapToLong(RowRecord::endedIncarnation).max().orElse(-1);
    EmbeddingRow highest = null;
    for (RowRecord record : records) {
      EmbeddingRow row = record.row();
      if (row != null
          && row.getIncarnation() > over
          && (highest == null || rank(row).compareTo(rank(highest)) >= 0)) {
        highest = row;
      }
    }
    return highest;
  }

  /** Small numbers, so that the order of the digits is the order of the rows. */
  private static String rank(EmbeddingRow row) {
    return "%d %d".formatted(row.getIncarnation(), row.getRevision());
  }

  private static final Keys.RowKey KEY = new Keys.RowKey("toys", "m1", "a");

  /** A topic as records, and its rows (null: tombstone). */
  private record Topic(
      RowRecord.Kind kind, List<@Nullable EmbeddingRow> rows, List<RowRecord> records) {
    Topic(RowRecord.Kind kind) {
      this(kind, new ArrayList<>(), new ArrayList<>());
    }

    void add(@Nullable EmbeddingRow row) {
      records.add(RowRecord.of(kind, KEY, records.size(), row));
      rows.add(row);
    }
  }

  private static Topic coldTopic(Random random) {
    Topic topic = new Topic(RowRecord.Kind.COLD);
    long incarnation = 0;
    boolean alive = false;
    for (int offset = 0; offset < random.nextInt(6); offset++) {
      boolean tombstone = alive && random.nextInt(3) == 0;
      if (!alive) {
        incarnation += 1 + random.nextInt(2);
      }
      alive = !tombstone;
      EmbeddingRow row = tombstone ? null : row(incarnation, 0, offset, true);
      topic.add(row);
    }
    return topic;
  }

  private static long newestIncarnation(Topic cold) {
    return cold.rows.stream()
        .filter(Objects::nonNull)
        .mapToLong(EmbeddingRow::getIncarnation)
        .max()
        .orElse(3);
  }

  private static Topic tunedTopic(Random random, int lives) {
    Topic topic = new Topic(RowRecord.Kind.TUNED);
    for (int offset = 0; offset < random.nextInt(8); offset++) {
      boolean tombstone = random.nextInt(5) == 0;
      EmbeddingRow row =
          tombstone ? null : row(random.nextInt(lives), 2L * random.nextInt(3), 9, true);
      topic.add(row);
    }
    return topic;
  }

  private static Topic rollbackTopic(Random random, int lives) {
    Topic topic = new Topic(RowRecord.Kind.ROLLBACK);
    for (int i = 0; i < random.nextInt(3); i++) {
      int generation = 2 * random.nextInt(3) + 1;
      EmbeddingRow row = row(random.nextInt(lives), generation, i, random.nextBoolean());
      topic.add(row);
    }
    return topic;
  }

  /** The rules again, as plainly as can be, over whole topics. */
  private static @Nullable EmbeddingRow expected(Topic cold, Topic tuned, Topic rollback) {
    EmbeddingRow start = cold.rows.isEmpty() ? null : cold.rows.get(cold.rows.size() - 1);
    if (start == null) {
      return null;
    }
    List<EmbeddingRow> rows = new ArrayList<>();
    for (EmbeddingRow row : tuned.rows) {
      if (row == null) {
        rows.clear();
      } else {
        rows.add(row);
      }
    }
    rows.addAll(rollback.rows);
    EmbeddingRow best = null;
    for (EmbeddingRow row : rows) {
      boolean counts = row.getIncarnation() == start.getIncarnation();
      boolean higher =
          best == null || MergedRow.VERSION_ORDER.compare(row.getVersion(), best.getVersion()) > 0;
      best = counts && higher ? row : best;
    }
    return best == null || !best.hasVector() ? start : best;
  }

  /** Reads every topic to its end, each in order, now and then going back a little. */
  private static MergedRow read(Random random, List<Topic> topics) {
    int[] next = new int[topics.size()];
    MergedRow merged = MergedRow.EMPTY;
    while (true) {
      int open = 0;
      for (int t = 0; t < next.length; t++) {
        open += next[t] < topics.get(t).records.size() ? 1 : 0;
      }
      if (open == 0) {
        return merged;
      }
      int t = random.nextInt(next.length);
      if (next[t] < topics.get(t).records.size()) {
        merged = merged.with(topics.get(t).records.get(next[t]));
        next[t] = random.nextInt(4) == 0 ? random.nextInt(next[t] + 1) : next[t] + 1;
      }
    }
  }

  private static EmbeddingRow row(long incarnation, long generation, long step, boolean vector) {
    EmbeddingRow.Builder row =
        EmbeddingRow.newBuilder()
            .setIncarnation(incarnation)
            .setVersion(RowVersion.newBuilder().setGeneration(generation).setStep(step));
    return vector ? row.setVector(Vectors.fp32(new float[] {step})).build() : row.build();
  }
}
