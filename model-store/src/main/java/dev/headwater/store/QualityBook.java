package dev.headwater.store;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.store.cycle.Surroundings;
import dev.headwater.store.table.TableId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the topics {@code quality} and {@code catalog.accepted} said: the newest windows of each
 * table and the items of each domain. Thread-safe.
 */
final class QualityBook implements Surroundings {
  private static final int WINDOWS_MAX = 20;

  private final Map<TableId, Deque<QualityWindow>> windows = new HashMap<>();
  private final Map<String, Set<String>> items = new HashMap<>();

  synchronized void take(QualityWindow window) {
    Deque<QualityWindow> newest =
        windows.computeIfAbsent(
            new TableId(window.getDomain(), window.getModel()), table -> new ArrayDeque<>());
    newest.addLast(window);
    if (newest.size() > WINDOWS_MAX) {
      newest.removeFirst();
    }
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
    @Nullable Deque<QualityWindow> newest = windows.get(table);
    return newest == null ? List.of() : List.copyOf(newest);
  }

  @Override
  public synchronized long catalogItems(String domain) {
    return items.getOrDefault(domain, Set.of()).size();
  }
}
