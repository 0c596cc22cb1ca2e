package dev.headwater.serving.follow;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tables of pinned versions on their way into answers and out of them: one that is read here waits
 * until the other shards have it, and one that is left can be asked for a moment longer. For the
 * rows' writer, who follows what is held; only timers come from elsewhere.
 */
final class HeldTables {
  /**
   * A pin is there because what is answered now is bad: so long it waits for shards that do not
   * have its version.
   */
  private static final long WAIT_MS_MAX = 10_000;

  /** So long others may still ask for the table that this node has left. */
  private static final long ASKED_FOR_MS = 5_000;

  private final Map<Domain, Waiting> waiting = new ConcurrentHashMap<>();

  /** Tables that are answered from no more, and whether others had time to leave them too. */
  private final Map<Left, Boolean> left = new ConcurrentHashMap<>();

  private final Timer timer;
  private final Consumer<Runnable> closer;

  /** Runs something later. */
  @FunctionalInterface
  interface Timer {
    void later(Runnable task, long delayMs);
  }

  private record Waiting(PinnedTable table, boolean overdue) {}

  private record Left(Domain domain, PinnedTable table) {}

  /**
   * Creates one.
   *
   * @param closer closes what nobody holds any more, once requests that began with it have ended
   */
  HeldTables(Timer timer, Consumer<Runnable> closer) {
    this.timer = timer;
    this.closer = closer;
  }

  /** A pinned version is read: it takes the place of one that waits. */
  void take(Domain domain, PinnedTable read) {
    domain.hold(read);
    forget(domain, waiting.put(domain, new Waiting(read, false)));
    timer.later(() -> waitNoLonger(domain, read), WAIT_MS_MAX);
  }

  @SuppressWarnings("ReferenceEquality") // which table it is
  private void waitNoLonger(Domain domain, PinnedTable read) {
    waiting.computeIfPresent(
        domain, (same, now) -> now.table() == read ? new Waiting(read, true) : now);
  }

  /** Returns the table that answers are to come from now, null while there is none or it waits. */
  @Nullable PinnedTable due(Domain domain, AnnouncedState state, Predicate<ModelTable> isOpen) {
    Waiting next = waiting.get(domain);
    if (next == null) {
      return null;
    }
    if (!next.table().is(state)) {
      giveUp(domain);
      return null;
    }
    if (!next.overdue() && !isOpen.test(next.table().table())) {
      return null;
    }
    waiting.remove(domain);
    return next.table();
  }

  /** What waits is not wanted any more. */
  void giveUp(Domain domain) {
    forget(domain, waiting.remove(domain));
  }

  /** Answers come from a table no more. */
  void leave(Domain domain, PinnedTable before) {
    Left now = new Left(domain, before);
    left.put(now, false);
    timer.later(() -> left.replace(now, true), ASKED_FOR_MS);
  }

  /** Lets go of what was left long enough; views of another bundle may take its place late. */
  void tick() {
    left.forEach(
        (each, over) -> {
          if (over && !isShown(each) && left.remove(each, true)) {
            forget(each.domain(), each.table());
          }
        });
  }

  @SuppressWarnings("ReferenceEquality") // which table it is
  private static boolean isShown(Left each) {
    return each.domain().views().stream().anyMatch(v -> v.table() == each.table().table());
  }

  private void forget(Domain domain, @Nullable Waiting waited) {
    if (waited != null) {
      forget(domain, waited.table());
    }
  }

  private void forget(Domain domain, PinnedTable table) {
    domain.release(table);
    closer.accept(table.table()::close);
  }

  /** Closes what waits and what was left. */
  void close() {
    waiting.values().forEach(each -> each.table().table().close());
    left.keySet().forEach(each -> each.table().table().close());
  }
}
