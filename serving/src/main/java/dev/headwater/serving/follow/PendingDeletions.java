package dev.headwater.serving.follow;

import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Items whose deletion was asked for and whose rows are still served: the tombstones come by other
 * topics, a moment later. For one thread; the tables are read while others write them.
 */
final class PendingDeletions {
  private static final int MAX = 10_000;

  private final Map<Item, Long> deletedMs = new LinkedHashMap<>();

  /** An item of a domain. */
  record Item(Domain domain, String id) {}

  /** An item of which nothing is left, and the deletion that is answered. */
  record Gone(Item item, long deletedMs) {}

  /** Waits for an item; beyond a bound the one that waits longest is given up. */
  void add(Item item, long atMs) {
    deletedMs.merge(item, atMs, Math::max);
    if (deletedMs.size() > MAX) {
      deletedMs.remove(deletedMs.keySet().iterator().next());
    }
  }

  /** Returns the items that have gone since, and waits for them no longer. */
  List<Gone> gone() {
    List<Gone> gone = new ArrayList<>(0);
    for (Iterator<Map.Entry<Item, Long>> all = deletedMs.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Item, Long> each = all.next();
      if (isGone(each.getKey(), each.getValue())) {
        gone.add(new Gone(each.getKey(), each.getValue()));
        all.remove();
      }
    }
    return gone;
  }

  /** An item that was published again after its deletion is another one. */
  private static boolean isGone(Item item, long deletedMs) {
    Domain domain = item.domain();
    int code = domain.ids().find(item.id());
    CatalogEntry entry = domain.catalog(code);
    long nextIncarnation = Long.MAX_VALUE;
    if (entry != null && !entry.deleted()) {
      if (entry.receivedMs() <= deletedMs) {
        return false;
      }
      nextIncarnation = entry.incarnation();
    }
    List<ModelTable> tables = new ArrayList<>(domain.models());
    PinnedTable pinned = domain.pinned();
    if (pinned != null) {
      tables.add(pinned.table());
    }
    for (ModelTable table : tables) {
      LiveRow live = table.live(code);
      if (live != null && live.row().getIncarnation() < nextIncarnation) {
        return false;
      }
    }
    return true;
  }
}
