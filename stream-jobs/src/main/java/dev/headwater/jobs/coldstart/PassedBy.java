package dev.headwater.jobs.coldstart;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Domains of which items or ends came while they had no bundle here; on another subtask they may
 * have had one. Of what came long before there was a bundle the first subtask sees to, once there
 * is. Thread-safe.
 */
final class PassedBy {
  /** A subtask has an announced bundle open sooner than this after the first one has. */
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(20);

  private final Map<String, Long> lastNanos = new ConcurrentHashMap<>();

  void add(String domain, long nanos) {
    lastNanos.put(domain, nanos);
  }

  Set<String> domains() {
    return lastNanos.keySet();
  }

  /** Hands over those that have a bundle now, each before it is forgotten here. */
  void take(Predicate<String> isOpen, long nanos, Consumer<String> due) {
    lastNanos.forEach(
        (domain, last) -> {
          if (isOpen.test(domain)) {
            if (nanos - last < BEGINS_WITHIN.toNanos()) {
              due.accept(domain);
            }
            boolean unused = lastNanos.remove(domain, last);
          }
        });
  }
}
