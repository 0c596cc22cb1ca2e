package dev.headwater.serving.follow;

import dev.headwater.events.DeletionTime;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Items whose deletion was asked for and of which something is still held: the tombstones come by
 * other topics, a moment later. What is under way comes too late once the catalog says that the
 * item has ended ({@link RowsHandler}), under whatever bundle. For one thread; the tables are read
 * while others write them.
 */
final class PendingDeletions {
  private static final int MAX = 10_000;

  private final Map<Item, Long> waiting = new LinkedHashMap<>();

  /** An item of a domain. */
  record Item(Domain domain, String id) {}

  /** An item of which nothing is left, and the deletion that is answered. */
  record Gone(Item item, long deletedMs) {}

  /** Waits for an item; beyond a bound the one that waits longest is given up. */
  void add(Item item, long atMs) {
    waiting.merge(item, atMs, Math::max);
    if (waiting.size() > MAX) {
      waiting.remove(waiting.keySet().iterator().next());
    }
  }

  /** Returns the items that have gone since; called when all rows there were are read. */
  List<Gone> gone() {
    List<Gone> gone = new ArrayList<>(0);
    for (Iterator<Map.Entry<Item, Long>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Item, Long> each = all.next();
      if (isGone(each.getKey(), each.getValue())) {
        gone.add(new Gone(each.getKey(), each.getValue()));
        all.remove();
      }
    }
    return gone;
  }

  /**
   * What ingest made of the request has been read, and no table holds a row from before. An
   * incarnation that began after the request is another item.
   */
  private static boolean isGone(Item item, long deletedMs) {
    Domain domain = item.domain();
    int code = domain.ids().find(item.id());
    CatalogEntry entry = domain.catalog(code);
    return entry != null
        && !isBefore(entry, deletedMs)
        && tables(domain).stream()
            .map(table -> table.row(code).merged().cold())
            .allMatch(cold -> cold == null || !entry.isOver(cold.getIncarnation()));
  }

  /** The catalog is not read to where ingest took the request. */
  private static boolean isBefore(CatalogEntry entry, long deletedMs) {
    return entry.deleted()
        ? entry.beganMs() < deletedMs
        : DeletionTime.ends(deletedMs, entry.beganMs());
  }

  private static List<ModelTable> tables(Domain domain) {
    List<ModelTable> tables = new ArrayList<>(domain.models());
    domain.held().forEach(pinned -> tables.add(pinned.table()));
    return tables;
  }
}
