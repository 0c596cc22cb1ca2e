package dev.headwater.events;

import dev.headwater.events.wire.HistoryEntry;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a history says, for all who read one. An entry is a like, which teaches as much as its
 * weight, or a dislike, which teaches the opposite. Of an item the newest entry stands: one that
 * was taken and then disliked is no context for answers, and is not answered to that user; one that
 * was disliked and then taken is liked. Ingest weighed the entries when it accepted their events.
 */
public final class Signals {
  private Signals() {}

  /** Returns the weight of an entry: 1 for an ordinary event, below 0 for a dislike, never 0. */
  public static float weight(HistoryEntry entry) {
    return entry.hasWeight() ? entry.getWeight() : 1;
  }

  /** Tells whether the user said that they do not want the item. */
  public static boolean isDislike(HistoryEntry entry) {
    return entry.hasWeight() && entry.getWeight() < 0;
  }

  /**
   * Returns the items that are liked, a repeated one as often as it stands there.
   *
   * @param entries oldest first, and so is what is returned
   */
  public static List<String> likes(List<HistoryEntry> entries) {
    Set<String> disliked = disliked(entries);
    return entries.stream()
        .filter(entry -> !isDislike(entry))
        .map(HistoryEntry::getItem)
        .filter(item -> !disliked.contains(item))
        .toList();
  }

  /** Returns the items that are disliked, each once, the latest first. */
  public static Set<String> disliked(List<HistoryEntry> entries) {
    if (entries.stream().noneMatch(Signals::isDislike)) {
      return Set.of();
    }
    Set<String> seen = new HashSet<>();
    Set<String> disliked = new LinkedHashSet<>();
    new ArrayDeque<>(entries)
        .descendingIterator()
        .forEachRemaining(
            entry -> {
              if (seen.add(entry.getItem()) && isDislike(entry)) {
                disliked.add(entry.getItem());
              }
            });
    return disliked;
  }
}
