package dev.headwater.store.watch;

import dev.headwater.events.wire.Announcement;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What announcements said about the table of one (domain, model). Not thread-safe. */
final class TableView {
  private static final int REMEMBERED_MAX = 4096;

  private final NavigableMap<Long, Announcement> sealed = new TreeMap<>();
  private GenerationFences fences = GenerationFences.NONE;
  private long announced;
  private long latest;
  private long highest;
  private boolean pinned;
  private @Nullable String reason;

  void apply(Announcement a) {
    highest = Math.max(highest, a.getTableVersion());
    reason = a.getReason().isEmpty() ? null : a.getReason();
    switch (a.getKind()) {
      case ANNOUNCED -> announced(a);
      case ROLLED_BACK -> rolledBack(a);
      case PINNED -> pinnedAt(a);
      case UNPINNED -> {
        pinned = false;
        announced = a.getAnnouncedVersion();
      }
      // A rejected version never becomes what is served; other kinds are of a newer release.
      default -> {}
    }
  }

  /** A repeated or overtaken announcement never moves the table back. */
  private void announced(Announcement a) {
    if (a.getTableVersion() <= latest || a.getGeneration() < fences.generation()) {
      return;
    }
    latest = a.getTableVersion();
    remember(a);
    if (!pinned) {
      announced = a.getTableVersion();
    }
  }

  private void rolledBack(Announcement a) {
    if (a.getGeneration() <= fences.generation()) {
      return;
    }
    fences = fences.with(a.getGeneration(), a.getGenerationStartOffsetsMap());
    announced = a.getAnnouncedVersion();
    latest = a.getAnnouncedVersion();
    sealed.tailMap(latest, false).clear();
    pinned = false;
    remember(a);
  }

  private void pinnedAt(Announcement a) {
    pinned = true;
    announced = a.getAnnouncedVersion();
    remember(a);
  }

  private void remember(Announcement a) {
    if (a.getTableVersion() > 0) {
      sealed.put(a.getTableVersion(), a);
    }
    if (sealed.size() > REMEMBERED_MAX) {
      sealed.pollFirstEntry();
    }
  }

  long highest() {
    return highest;
  }

  GenerationFences fences() {
    return fences;
  }

  AnnouncedState state(String domain, String model) {
    Announcement of = sealed.get(announced);
    return new AnnouncedState(
        domain,
        model,
        announced,
        latest,
        pinned,
        of == null ? 0 : of.getTableChecksum(),
        of == null ? 0 : of.getRows(),
        fences,
        reason);
  }
}
