package dev.headwater.events.announce;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Tells which fine-tuned rows came too late: a rollback begins a generation and names, for each
 * partition of {@code embeddings.fine-tuned}, the offset at which it began. A row of an older
 * generation at or above that offset was sent by a trainer that had not heard of the rollback.
 * Immutable.
 */
public final class GenerationFences {
  /** Most generations that are kept: rows of earlier ones have been overtaken long since. */
  static final int KEPT_MAX = 64;

  /** No rollback happened yet. */
  public static final GenerationFences NONE = new GenerationFences(new TreeMap<>());

  private final NavigableMap<Long, Map<Integer, Long>> starts;

  private GenerationFences(NavigableMap<Long, Map<Integer, Long>> starts) {
    this.starts = starts;
  }

  /** Adds the start of a generation; a generation known already is left as it is. */
  public GenerationFences with(long generation, Map<Integer, Long> startOffsets) {
    if (starts.containsKey(generation)) {
      return this;
    }
    NavigableMap<Long, Map<Integer, Long>> copy = new TreeMap<>(starts);
    copy.put(generation, Collections.unmodifiableMap(new TreeMap<>(startOffsets)));
    if (copy.size() > KEPT_MAX) {
      copy.pollFirstEntry();
    }
    return new GenerationFences(copy);
  }

  /** Returns the present generation, 0 before the first rollback. */
  public long generation() {
    return starts.isEmpty() ? 0 : starts.lastKey();
  }

  /** Returns where the present generation began, by partition of the fine-tuned topic. */
  public Map<Integer, Long> startOffsets() {
    return starts.isEmpty() ? Map.of() : starts.lastEntry().getValue();
  }

  /** Returns where the generations after one began, by generation and partition. */
  public NavigableMap<Long, Map<Integer, Long>> after(long generation) {
    return Collections.unmodifiableNavigableMap(starts.tailMap(generation, false));
  }

  /**
   * Tells whether a fine-tuned row is to be dropped: it stands at or above the start of any
   * generation after its own. (A primary that has read less than the one before it may begin a
   * generation at a lower offset, so the first one after does not decide alone.)
   */
  public boolean isLate(long rowGeneration, int partition, long offset) {
    return starts.tailMap(rowGeneration, false).values().stream()
        .anyMatch(start -> offset >= start.getOrDefault(partition, 0L));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GenerationFences fences && fences.starts.equals(starts);
  }

  @Override
  public int hashCode() {
    return starts.hashCode();
  }

  @Override
  public String toString() {
    return "GenerationFences" + starts;
  }
}
