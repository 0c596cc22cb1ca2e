package dev.headwater.events.announce;

import dev.headwater.events.wire.AnnouncedTable;
import dev.headwater.events.wire.Announcement;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What announcements said about the table of one (domain, model). Bounded: the announcements of the
 * announced and of the latest version are kept, of others the newest numbers. Not thread-safe.
 */
final class TableView {
  private static final int REMEMBERED_MAX = 512;

  private final NavigableMap<Long, Announcement> sealed = new TreeMap<>();
  private final NavigableMap<Long, ServedVersion> served = new TreeMap<>();
  private final NavigableSet<Long> refused = new TreeSet<>();
  private final NavigableMap<Long, Long> rolledBackTo = new TreeMap<>();
  private final Map<String, Long> cut = new HashMap<>();
  private GenerationFences fences = GenerationFences.NONE;
  private String indexParameters = "";
  private long announced;
  private long latest;
  private long highest;
  private AnnouncedState.@Nullable Pin pin;
  private long resumedMs;
  private @Nullable String reason;

  void apply(Announcement a) {
    if (a.getKind() == Announcement.Kind.ANNOUNCED && a.getTableVersion() == 0) {
      indexParameters = a.getIndexParameters();
      return;
    }
    highest = Math.max(highest, a.getTableVersion());
    reason = a.getReason().isEmpty() ? null : a.getReason();
    switch (a.getKind()) {
      case ANNOUNCED -> announced(a);
      case ROLLED_BACK -> rolledBack(a);
      case PINNED -> pinnedAt(a);
      case UNPINNED -> unpinned(a);
      case REJECTED, RETRACTED -> refuse(a.getTableVersion());
      // Other kinds are of a newer release.
      default -> {}
    }
    sealed.keySet().removeIf(version -> version != announced && version != latest);
  }

  /** A repeated or overtaken announcement never moves the table back. */
  private void announced(Announcement a) {
    if (a.getTableVersion() <= latest || a.getGeneration() < fences.generation()) {
      return;
    }
    latest = a.getTableVersion();
    remember(a);
    if (pin == null) {
      announced = a.getTableVersion();
    }
  }

  private void rolledBack(Announcement a) {
    if (a.getGeneration() <= fences.generation()) {
      return;
    }
    fences = fences.with(a.getGeneration(), a.getGenerationStartOffsetsMap());
    rolledBackTo.put(a.getGeneration(), a.getAnnouncedVersion());
    if (rolledBackTo.size() > GenerationFences.KEPT_MAX) {
      rolledBackTo.pollFirstEntry();
    }
    announced = a.getAnnouncedVersion();
    latest = a.getAnnouncedVersion();
    sealed.tailMap(latest, false).clear();
    pin = null;
    resumedMs = a.getAnnouncedMs();
    remember(a);
  }

  private void pinnedAt(Announcement a) {
    pin = new AnnouncedState.Pin(a.getWho(), a.getReason());
    announced = a.getAnnouncedVersion();
    remember(a);
  }

  private void unpinned(Announcement a) {
    pin = null;
    if (!a.getWho().equals(AnnouncedState.AUTOMATIC)) {
      resumedMs = a.getAnnouncedMs();
    }
    announced = a.getAnnouncedVersion();
    if (a.getTableVersion() > latest) {
      latest = a.getTableVersion();
      remember(a);
    }
  }

  /** What was rejected or retracted is never served. */
  private void refuse(long version) {
    refused.add(version);
    if (refused.size() > REMEMBERED_MAX) {
      refused.pollFirst();
    }
  }

  private void remember(Announcement a) {
    a.getOffsetsMap().forEach((partition, next) -> cut.merge(partition, next, Math::max));
    if (a.getTableVersion() > 0) {
      sealed.put(a.getTableVersion(), a);
      served.put(a.getTableVersion(), new ServedVersion(a.getTableChecksum(), a.getSealedMs()));
    }
    if (served.size() > REMEMBERED_MAX) {
      served.pollFirstEntry();
    }
  }

  /**
   * Returns what outlives the rest, null when there is nothing: rows of a bundle stay where they
   * are, and their generation must be known when it is announced again.
   */
  @Nullable TableView generationsAlone() {
    TableView alone = new TableView();
    alone.fences = fences;
    alone.rolledBackTo.putAll(rolledBackTo);
    return fences.generation() == 0 ? null : alone;
  }

  /** Tells whether nothing else is known of the table. */
  boolean isGenerationsAlone() {
    return fences.generation() > 0 && highest == 0 && indexParameters.isEmpty();
  }

  AnnouncedTable toWire(String model) {
    AnnouncedTable.Builder wire =
        AnnouncedTable.newBuilder()
            .setModel(model)
            .setIndexParameters(indexParameters)
            .setAnnouncedVersion(announced)
            .setLatestVersion(latest)
            .setHighestVersion(highest)
            .setPinned(pin != null)
            .setPinnedBy(pin == null ? "" : pin.who())
            .setPinnedWhy(pin == null ? "" : pin.why())
            .setResumedMs(resumedMs)
            .setReason(reason == null ? "" : reason)
            .putAllCut(cut)
            .addAllAbout(sealed.values())
            .addAllRefused(refused);
    fences
        .after(-1)
        .forEach(
            (generation, starts) ->
                wire.addGenerations(
                    AnnouncedTable.Generation.newBuilder()
                        .setGeneration(generation)
                        .putAllStartOffsets(starts)
                        .setBackToVersion(rolledBackTo.getOrDefault(generation, 0L))));
    served.forEach(
        (version, as) ->
            wire.addServed(
                AnnouncedTable.Served.newBuilder()
                    .setVersion(version)
                    .setChecksum(as.checksum())
                    .setSealedMs(as.sealedMs())));
    return wire.build();
  }

  static TableView of(AnnouncedTable wire) {
    TableView view = new TableView();
    view.indexParameters = wire.getIndexParameters();
    view.announced = wire.getAnnouncedVersion();
    view.latest = wire.getLatestVersion();
    view.highest = wire.getHighestVersion();
    view.pin =
        wire.getPinned() ? new AnnouncedState.Pin(wire.getPinnedBy(), wire.getPinnedWhy()) : null;
    view.resumedMs = wire.getResumedMs();
    view.reason = wire.getReason().isEmpty() ? null : wire.getReason();
    view.cut.putAll(wire.getCutMap());
    wire.getAboutList().forEach(about -> view.sealed.put(about.getTableVersion(), about));
    view.refused.addAll(wire.getRefusedList());
    for (AnnouncedTable.Generation each : wire.getGenerationsList()) {
      view.fences = view.fences.with(each.getGeneration(), each.getStartOffsetsMap());
      view.rolledBackTo.put(each.getGeneration(), each.getBackToVersion());
    }
    wire.getServedList()
        .forEach(
            each ->
                view.served.put(
                    each.getVersion(), new ServedVersion(each.getChecksum(), each.getSealedMs())));
    return view;
  }

  long highest() {
    return highest;
  }

  GenerationFences fences() {
    return fences;
  }

  String indexParameters() {
    return indexParameters;
  }

  /** Returns as what a number was last to be served, null when it never was. */
  @Nullable ServedVersion served(long version) {
    return served.get(version);
  }

  Map<String, Long> cut() {
    return Collections.unmodifiableMap(new TreeMap<>(cut));
  }

  long highestServed() {
    return served.isEmpty() ? 0 : served.lastKey();
  }

  boolean isRefused(long version) {
    return refused.contains(version);
  }

  @Nullable Announcement about(long version) {
    return sealed.get(version);
  }

  boolean isRolledBack(long version, long generation) {
    return rolledBackTo.tailMap(generation, false).values().stream()
        .anyMatch(target -> target < version);
  }

  AnnouncedState state(String domain, String model) {
    Announcement of = sealed.get(announced);
    return new AnnouncedState(
        domain,
        model,
        indexParameters,
        announced,
        latest,
        pin,
        resumedMs,
        of == null ? 0 : of.getTableChecksum(),
        of == null ? 0 : of.getRows(),
        fences,
        reason);
  }
}
