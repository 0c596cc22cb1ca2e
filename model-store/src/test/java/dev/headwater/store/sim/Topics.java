package dev.headwater.store.sim;

import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.store.cycle.InMemoryAnnouncementLog;
import dev.headwater.store.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The three embedding topics, one partition each. */
final class Topics {
  static final TableId TABLE = new TableId("toys", "m1");
  static final RowLog ROWS = new RowLog(dev.headwater.events.Topics.DEFAULT);

  final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private final List<Entry> cold = new ArrayList<>();
  private final List<Entry> tuned = new ArrayList<>();
  private final Map<String, Long> lives = new LinkedHashMap<>();
  private long clock;

  /** A record; {@code row} is null for a tombstone. */
  record Entry(long offset, String item, @Nullable EmbeddingRow row) {}

  private EmbeddingRow.Builder row(String item, long incarnation) {
    clock++;
    return EmbeddingRow.newBuilder()
        .setDomain(TABLE.domain())
        .setModel(TABLE.model())
        .setItem(item)
        .setIncarnation(incarnation)
        .setCausedMs(clock)
        .setPublishedMs(clock)
        .setVector(Vectors.fp32(new float[] {clock, 1}));
  }

  /** An item begins an incarnation, or its text changed. */
  void putCold(String item, boolean newIncarnation) {
    long incarnation =
        lives.merge(item, cold.size() + 1L, (was, now) -> newIncarnation ? now : was);
    EmbeddingRow made = row(item, incarnation).setOrigin(EmbeddingRow.Origin.COLD_START).build();
    cold.add(new Entry(cold.size(), item, made));
  }

  void deleteCold(String item) {
    if (lives.remove(item) != null) {
      cold.add(new Entry(cold.size(), item, null));
    }
  }

  /** The trainer learned something of the item's present incarnation. */
  void putTuned(String item, long generation, long step) {
    Long incarnation = lives.get(item);
    if (incarnation != null) {
      EmbeddingRow made =
          row(item, incarnation)
              .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
              .setVersion(
                  RowVersion.newBuilder().setGeneration(generation).setEpoch(1).setStep(step))
              .build();
      tuned.add(new Entry(tuned.size(), item, made));
    }
  }

  List<Entry> of(RowRecord.Kind kind) {
    return switch (kind) {
      case COLD -> cold;
      case TUNED -> tuned;
      case ROLLBACK -> {
        List<Entry> entries = new ArrayList<>();
        for (EmbeddingRow row : log.rollbackRows(0)) {
          entries.add(new Entry(entries.size(), row.getItem(), row));
        }
        yield entries;
      }
    };
  }

  /** What compaction leaves: of every key the last record, under its offset. */
  List<Entry> compacted(RowRecord.Kind kind) {
    Map<String, Entry> last = new LinkedHashMap<>();
    for (Entry entry : of(kind)) {
      last.remove(entry.item());
      last.put(entry.item(), entry);
    }
    return List.copyOf(last.values());
  }

  static RowRecord record(RowRecord.Kind kind, Entry entry) {
    Keys.RowKey key = new Keys.RowKey(TABLE.domain(), TABLE.model(), entry.item());
    return RowRecord.of(kind, key, entry.offset(), entry.row());
  }
}
