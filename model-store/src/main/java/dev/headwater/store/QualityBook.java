package dev.headwater.store;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.store.cycle.QualityMonitor;
import dev.headwater.store.cycle.Surroundings;
import dev.headwater.store.table.TableId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the topics {@code quality} and {@code catalog.accepted} said: the newest windows of each
 * table, what they say together, and the items of each domain. Windows that began before a person
 * let the table go on count no more: that person had seen them. Thread-safe.
 */
final class QualityBook implements Surroundings {
  private static final int WINDOWS_MAX = 20;

  private final ToLongFunction<TableId> resumedMs;
  private final Map<TableId, OfTable> tables = new HashMap<>();
  private final Map<String, Set<String>> items = new HashMap<>();

  private static final class OfTable {
    private final Deque<QualityWindow> windows = new ArrayDeque<>();
    private QualityMonitor monitor = new QualityMonitor();
    private long sinceMs;
  }

  /**
   * Creates one.
   *
   * @param resumedMs when a person last let a table go on, Unix milliseconds
   */
  QualityBook(ToLongFunction<TableId> resumedMs) {
    this.resumedMs = resumedMs;
  }

  /** Takes a window; returns its table. */
  synchronized TableId take(QualityWindow window) {
    TableId table = new TableId(window.getDomain(), window.getModel());
    OfTable of = of(table);
    of.windows.addLast(window);
    if (of.windows.size() > WINDOWS_MAX) {
      of.windows.removeFirst();
    }
    if (window.getFromMs() >= of.sinceMs) {
      of.monitor.take(window);
    }
    return table;
  }

  private OfTable of(TableId table) {
    OfTable of = tables.computeIfAbsent(table, id -> new OfTable());
    long since = resumedMs.applyAsLong(table);
    if (since != of.sinceMs) {
      of.sinceMs = since;
      of.monitor = new QualityMonitor();
    }
    return of;
  }

  synchronized void item(String domain, String item, boolean present) {
    Set<String> of = items.computeIfAbsent(domain, key -> new HashSet<>());
    if (present) {
      of.add(item);
    } else {
      of.remove(item);
    }
  }

  @Override
  public synchronized List<QualityWindow> quality(TableId table) {
    return List.copyOf(of(table).windows);
  }

  @Override
  public synchronized QualityMonitor.@Nullable Fall fall(TableId table) {
    return of(table).monitor.fall();
  }

  @Override
  public synchronized String qualityDetails(TableId table) {
    return of(table).monitor.details();
  }

  @Override
  public synchronized long catalogItems(String domain) {
    return items.getOrDefault(domain, Set.of()).size();
  }
}
