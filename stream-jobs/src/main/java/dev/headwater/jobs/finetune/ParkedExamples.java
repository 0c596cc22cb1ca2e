package dev.headwater.jobs.finetune;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Examples whose row is not there yet: clicks can overtake rows. Bounded by count and time. For one
 * thread.
 */
final class ParkedExamples {
  private final FineTuneConfig.Parking config;
  private final Map<String, Set<Parked>> byItem = new HashMap<>();
  private final Deque<Parked> byAge = new ArrayDeque<>();
  private int size;

  /** One parked example; its identity is what counts. */
  private static final class Parked {
    final TrainingExample example;
    final String missing;
    final long sinceMs;
    boolean gone;

    Parked(TrainingExample example, String missing, long sinceMs) {
      this.example = example;
      this.missing = missing;
      this.sinceMs = sinceMs;
    }
  }

  ParkedExamples(FineTuneConfig.Parking config) {
    this.config = config;
  }

  int size() {
    return size;
  }

  /** Parks an example until the missing row comes. Returns those given up to make room. */
  List<TrainingExample> add(TrainingExample example, String missing, long nowMs) {
    Parked parked = new Parked(example, missing, nowMs);
    byItem.computeIfAbsent(missing, key -> new LinkedHashSet<>()).add(parked);
    byAge.addLast(parked);
    size++;
    return dropWhile(nowMs, config.examplesMax());
  }

  /** Returns those given up because they waited too long. */
  List<TrainingExample> expire(long nowMs) {
    return dropWhile(nowMs, config.examplesMax());
  }

  private List<TrainingExample> dropWhile(long nowMs, int most) {
    List<TrainingExample> dropped = new ArrayList<>();
    while (!byAge.isEmpty()) {
      Parked oldest = byAge.getFirst();
      if (!oldest.gone) {
        if (size <= most && nowMs - oldest.sinceMs <= config.waitMax().toMillis()) {
          break;
        }
        forget(oldest);
        dropped.add(oldest.example);
      }
      byAge.removeFirst();
    }
    return dropped;
  }

  private void forget(Parked parked) {
    parked.gone = true;
    size--;
    byItem.computeIfPresent(
        parked.missing,
        (key, set) -> {
          set.remove(parked);
          return set.isEmpty() ? null : set;
        });
  }

  /** The row came: returns what waited for it, in the order of arrival. */
  List<TrainingExample> release(String item) {
    Collection<Parked> waiting = byItem.remove(item);
    if (waiting == null) {
      return List.of();
    }
    List<TrainingExample> released = new ArrayList<>();
    for (Parked parked : waiting) {
      parked.gone = true;
      size--;
      released.add(parked.example);
    }
    return released;
  }

  /** Returns all that wait, oldest first, for a checkpoint. */
  List<TrainingExample> all() {
    return byAge.stream().filter(parked -> !parked.gone).map(parked -> parked.example).toList();
  }
}
