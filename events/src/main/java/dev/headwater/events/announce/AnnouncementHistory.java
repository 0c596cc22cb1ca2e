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
  /** Acts that are remembered of a domain: of people, and of the store where it pins by itself. */
  static final int ACTS_MAX = 1_000;

  /**
   * Refused and retracted versions that are remembered of a domain: of those that follow each other
   * without a good one between them, the first and the newest.
   */
  static final int REFUSALS_MAX = 500;

  /** Versions announced as a matter of course that are remembered of a domain. */
  static final int ROUTINE_MAX = 200;

  private final Map<String, OfDomain> domains = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>();

  private static final class OfDomain {
    private final Deque<Announcement> acts = new ArrayDeque<>();
    private final Deque<Announcement> refusals = new ArrayDeque<>();
    private final Deque<Announcement> routine = new ArrayDeque<>();
    private int refusedInARow;

    Stream<Announcement> all() {
      return Stream.of(acts, refusals, routine).flatMap(Deque::stream);
    }

    Deque<Announcement> of(Announcement announcement) {
      if (!announcement.getWho().isEmpty()) {
        return acts;
      }
      return switch (announcement.getKind()) {
        case ANNOUNCED -> routine;
        case REJECTED, RETRACTED -> refusals;
        default -> acts;
      };
    }

    void add(Announcement announcement) {
      Deque<Announcement> into = of(announcement);
      if (into == refusals) {
        refusedInARow++;
        if (refusedInARow > 2) {
          refusals.removeLast();
        }
      } else if (into == routine) {
        refusedInARow = 0;
      }
      into.addLast(announcement);
      if (into.size() > max(into)) {
        into.removeFirst();
      }
    }

    private int max(Deque<Announcement> of) {
      if (of == routine) {
        return ROUTINE_MAX;
      }
      return of == refusals ? REFUSALS_MAX : ACTS_MAX;
    }
  }

  /** Takes an announcement, unless it was taken before. */
  void add(Announcement announcement) {
    OfDomain domain = domains.computeIfAbsent(announcement.getDomain(), name -> new OfDomain());
    long sequence = announcement.getSequence();
    boolean repeat =
        sequence == 0
            ? domain
                .of(announcement)
                .contains(announcement) // of an older release, which did not number them
            : sequence <= newest.getOrDefault(announcement.getDomain(), 0L);
    if (repeat) {
      return;
    }
    newest.merge(announcement.getDomain(), sequence, Math::max);
    domain.add(announcement);
  }

  /** Returns what is remembered, oldest first. */
  List<Announcement> all() {
    return domains.values().stream()
        .flatMap(OfDomain::all)
        .sorted(
            Comparator.comparingLong(Announcement::getAnnouncedMs)
                .thenComparing(Announcement::getDomain)
                .thenComparingLong(Announcement::getSequence))
        .toList();
  }
}
