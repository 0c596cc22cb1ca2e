package dev.headwater.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.announce.GenerationFences;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.StoredRow;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A reader as consumers are meant to be: folds announcements, reads the log again where a number is
 * missing, takes a base only when its checksum is the announced one, and builds its view anew when
 * a rollback begins a generation.
 */
final class SimConsumer {
  private final Topics topics;
  private final Random random;
  private final Map<RowRecord.Kind, Integer> positions = new EnumMap<>(RowRecord.Kind.class);
  private Map<String, MergedRow> view = new TreeMap<>();
  private AnnouncementBook book = new AnnouncementBook();
  private int logPosition;
  private @Nullable Base base;

  /** Rows of an announced version. */
  record Base(long version, long checksum, Map<String, StoredRow> rows) {}

  SimConsumer(Topics topics, Random random) {
    this.topics = topics;
    this.random = random;
  }

  AnnouncementBook book() {
    return book;
  }

  @Nullable AnnouncedState state() {
    return book.state(Topics.TABLE.domain());
  }

  GenerationFences fences() {
    return book.fences(Topics.TABLE.domain(), Topics.TABLE.model());
  }

  @Nullable Base base() {
    return base;
  }

  Map<String, MergedRow> view() {
    return view;
  }

  /** Reads the announcements there are; some are lost, some come twice. */
  void readAnnouncements(double faults) {
    long before = fences().generation();
    List<Announcement> all = topics.log.announcements();
    for (; logPosition < all.size(); logPosition++) {
      if (random.nextDouble() < faults) {
        continue;
      }
      hear(all.get(logPosition), all.subList(0, logPosition));
      if (random.nextDouble() < faults) {
        hear(all.get(random.nextInt(logPosition + 1)), List.of());
      }
    }
    // A rollback's rows and its announcement become readable together.
    take(RowRecord.Kind.ROLLBACK, Integer.MAX_VALUE);
    if (fences().generation() != before) {
      rebuild();
    }
  }

  private void hear(Announcement announcement, List<Announcement> before) {
    if (book.isGapBefore(announcement)) {
      book = new AnnouncementBook();
      before.forEach(book::apply);
    }
    book.apply(announcement);
    if (random.nextInt(4) == 0) { // starts again, from the sum
      AnnouncementBook again = new AnnouncementBook();
      again.take(book.sum(Topics.TABLE.domain()));
      assertThat(again.states()).isEqualTo(book.states());
      book = again;
    }
  }

  int position(RowRecord.Kind kind) {
    return positions.getOrDefault(kind, 0);
  }

  void take(RowRecord.Kind kind, int max) {
    List<Topics.Entry> entries = topics.of(kind);
    int from = positions.getOrDefault(kind, 0);
    int to = from + Math.min(max, entries.size() - from);
    for (Topics.Entry entry : entries.subList(from, to)) {
      apply(kind, entry);
    }
    positions.put(kind, to);
  }

  private void rebuild() {
    view = new TreeMap<>();
    for (RowRecord.Kind kind : RowRecord.Kind.values()) {
      int to = positions.getOrDefault(kind, 0);
      topics.of(kind).subList(0, to).forEach(entry -> apply(kind, entry));
    }
  }

  private void apply(RowRecord.Kind kind, Topics.Entry entry) {
    EmbeddingRow row = entry.row();
    if (kind == RowRecord.Kind.TUNED
        && row != null
        && fences().isLate(row.getVersion().getGeneration(), 0, entry.offset())) {
      return;
    }
    MergedRow known = view.getOrDefault(entry.item(), MergedRow.EMPTY);
    view.put(entry.item(), known.with(Topics.record(kind, entry)));
  }

  /** Fetches the announced version; the bytes that arrive are sometimes not those sent. */
  void fetchBase(CrashingStore from, double faults) {
    AnnouncedState state = state();
    if (state == null || state.announcedVersion() == 0 || state.checksum() == 0) {
      return;
    }
    if (!from.tables().contains(Topics.TABLE)
        || from.versions(Topics.TABLE).stream()
            .noneMatch(kept -> kept.version() == state.announcedVersion())) {
      return;
    }
    Map<String, StoredRow> rows = new TreeMap<>();
    long checksum = 0;
    try (RowCursor cursor = from.scan(Topics.TABLE, state.announcedVersion())) {
      while (cursor.next()) {
        boolean damaged = random.nextDouble() < faults / 10;
        checksum += damaged ? random.nextLong() : cursor.contentHash();
        rows.put(cursor.item(), cursor.row());
      }
    }
    if (checksum == state.checksum() && rows.size() == state.rows()) {
      base = new Base(state.announcedVersion(), checksum, rows);
    }
  }
}
