package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.announce.GenerationFences;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes, with a table's rows, the generation they are of. Where another node begins a generation
 * behind what was already read here, rows were taken that everyone else drops: such a directory has
 * diverged, keeps its old note, and cannot become primary again. Not thread-safe.
 */
final class GenerationNotes {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationNotes.class);

  /** The name under which a table's note stands: no item has it. */
  private static final String TABLE_NOTE = "";

  private final AnnouncementBook book;
  private final EmbeddingStore store;
  private final String fineTunedTopic;
  private final Map<TableId, Long> noted = new HashMap<>();
  private final Set<TableId> told = new HashSet<>();

  GenerationNotes(EmbeddingStore store, AnnouncementBook book, String fineTunedTopic) {
    this.store = store;
    this.book = book;
    this.fineTunedTopic = fineTunedTopic;
    store.scanInputs(
        WriteSet.InputKind.GENERATION,
        (table, item, bytes) -> noted.put(table, ByteBuffer.wrap(bytes).getLong()));
  }

  /** Adds to the next batch what changed since the last. */
  void note(MergeBuffer buffer) {
    for (TableId table : known(buffer)) {
      long generation = book.fences(table.domain(), table.model()).generation();
      Long before = noted.get(table);
      if (before != null && before == generation) {
        continue;
      }
      if (isDiverged(table, buffer)) {
        if (told.add(table)) {
          LOG.warn("{} has diverged: a rollback elsewhere refused rows taken here", table);
        }
        continue;
      }
      byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(generation).array();
      buffer.beside().input(table, TABLE_NOTE, WriteSet.InputKind.GENERATION, bytes);
      noted.put(table, generation);
    }
  }

  /** Also tables of which only rows that wait were written: they have a note, and no row yet. */
  private Set<TableId> known(MergeBuffer buffer) {
    Set<TableId> tables = new HashSet<>(store.tables());
    tables.addAll(noted.keySet());
    tables.addAll(buffer.tables());
    return tables;
  }

  private boolean isDiverged(TableId table, MergeBuffer buffer) {
    Long before = noted.get(table);
    if (before == null) {
      return false; // Its first rows are only now being written, under all fences known.
    }
    GenerationFences fences = book.fences(table.domain(), table.model());
    return buffer.read(fineTunedTopic).entrySet().stream()
        .anyMatch(read -> fences.isLate(before, read.getKey(), read.getValue() - 1));
  }

  void requireNotDiverged(MergeBuffer buffer) {
    for (TableId table : known(buffer)) {
      if (isDiverged(table, buffer)) {
        throw new StoreException(
            StoreException.Code.DIVERGED,
            "%s holds rows that a rollback of another node refused: restore it from a snapshot of that node, or start from an empty directory"
                .formatted(table));
      }
    }
  }
}
