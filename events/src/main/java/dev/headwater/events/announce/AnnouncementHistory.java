package dev.headwater.events.announce;

import dev.headwater.events.wire.Announcement;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What was announced lately, a domain at a time: what people did, and what the store refused, is
 * not pushed out by the versions that it announces every few seconds, nor one domain's by
 * another's. Not thread-safe.
 */
final class AnnouncementHistory {
  /** Acts of people, rejections and retractions that are remembered of a domain. */
  static final int ACTS_MAX = 1_000;

  /** Versions announced as a matter of course that are remembered of a domain. */
  static final int ROUTINE_MAX = 200;

  private final Map<String, OfDomain> domains = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>();

  private record OfDomain(Deque<Announcement> acts, Deque<Announcement> routine) {
    OfDomain() {
      this(new ArrayDeque<>(), new ArrayDeque<>());
    }
  }

  /** Takes an announcement, unless it was taken before. */
  void add(Announcement announcement) {
    OfDomain domain = domains.computeIfAbsent(announcement.getDomain(), name -> new OfDomain());
    boolean act = isAct(announcement);
    Deque<Announcement> into = act ? domain.acts() : domain.routine();
    long sequence = announcement.getSequence();
    boolean repeat =
        sequence == 0
            ? into.contains(announcement) // of an older release, which did not number them
            : sequence <= newest.getOrDefault(announcement.getDomain(), 0L);
    if (repeat) {
      return;
    }
    newest.merge(announcement.getDomain(), sequence, Math::max);
    into.addLast(announcement);
    if (into.size() > (act ? ACTS_MAX : ROUTINE_MAX)) {
      into.removeFirst();
    }
  }

  /** What a person did, and what the store refused or took back. */
  private static boolean isAct(Announcement announcement) {
    return !announcement.getWho().isEmpty()
        || announcement.getKind() != Announcement.Kind.ANNOUNCED;
  }

  /** Returns what is remembered, oldest first. */
  List<Announcement> all() {
    return domains.values().stream()
        .flatMap(domain -> Stream.concat(domain.acts().stream(), domain.routine().stream()))
        .sorted(
            Comparator.comparingLong(Announcement::getAnnouncedMs)
                .thenComparing(Announcement::getDomain)
                .thenComparingLong(Announcement::getSequence))
        .toList();
  }
}
