package dev.headwater.serving.follow;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.MergedRow;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Items whose deletion was asked for and whose rows are still served: the tombstones come by other
 * topics, a moment later. For one thread; the tables are read while others write them.
 */
final class PendingDeletions {
  private static final int MAX = 10_000;

  private final Map<Item, Waiting> waiting = new LinkedHashMap<>();

  /** An item of a domain. */
  record Item(Domain domain, String id) {}

  /** An item of which nothing is left, and the deletion that is answered. */
  record Gone(Item item, long deletedMs) {}

  /** What is waited for. */
  private static final class Waiting {
    private final long deletedMs;

    /** Under which rows were known at the first look: the item ends under each. */
    private @Nullable List<ModelTable> bundles;

    Waiting(long deletedMs) {
      this.deletedMs = deletedMs;
    }

    List<ModelTable> bundles(Domain domain) {
      List<ModelTable> known = bundles;
      if (known == null) {
        known = List.copyOf(domain.models());
        bundles = known;
      }
      return known;
    }
  }

  /** Waits for an item; beyond a bound the one that waits longest is given up. */
  void add(Item item, long atMs) {
    waiting.merge(item, new Waiting(atMs), (was, is) -> was.deletedMs >= is.deletedMs ? was : is);
    if (waiting.size() > MAX) {
      waiting.remove(waiting.keySet().iterator().next());
    }
  }

  /** Returns the items that have gone since; called when all rows there were are read. */
  List<Gone> gone() {
    List<Gone> gone = new ArrayList<>(0);
    for (Iterator<Map.Entry<Item, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Item, Waiting> each = all.next();
      if (isGone(each.getKey(), each.getValue())) {
        gone.add(new Gone(each.getKey(), each.getValue().deletedMs));
        all.remove();
      }
    }
    return gone;
  }

  /**
   * What ingest made of the request has been read, and so has what ColdStartJob made of that: what
   * was under way before has come by. An incarnation that began after the request is another item.
   */
  private static boolean isGone(Item item, Waiting request) {
    Domain domain = item.domain();
    int code = domain.ids().find(item.id());
    List<ModelTable> bundles = request.bundles(domain);
    CatalogEntry entry = domain.catalog(code);
    if (entry == null || isBefore(entry, request.deletedMs)) {
      return false;
    }
    boolean over =
        bundles.stream().allMatch(table -> isOver(table, code, entry.endedIncarnation()))
            && (entry.deleted() || isOver(served(domain), code, entry.incarnation() - 1));
    long next = entry.deleted() ? Long.MAX_VALUE : entry.incarnation();
    return over
        && tables(domain).stream()
            .map(table -> table.live(code))
            .allMatch(live -> live == null || live.row().getIncarnation() >= next);
  }

  /** The catalog is not read to where ingest took the request. */
  private static boolean isBefore(CatalogEntry entry, long deletedMs) {
    return entry.deleted()
        ? entry.beganMs() < deletedMs
        : DeletionTime.ends(deletedMs, entry.beganMs());
  }

  private static @Nullable ModelTable served(Domain domain) {
    AnnouncedState announced = domain.announced();
    return announced == null ? null : domain.model(announced.modelVersion());
  }

  /** Tells whether the cold topic is read to the end of an incarnation under a bundle. */
  private static boolean isOver(@Nullable ModelTable table, int code, long incarnation) {
    if (table == null) {
      return true;
    }
    MergedRow known = table.row(code).merged();
    EmbeddingRow cold = known.cold();
    return known.ended().incarnation() >= incarnation
        || (cold != null && cold.getIncarnation() > incarnation);
  }

  private static List<ModelTable> tables(Domain domain) {
    List<ModelTable> tables = new ArrayList<>(domain.models());
    PinnedTable pinned = domain.pinned();
    if (pinned != null) {
      tables.add(pinned.table());
    }
    return tables;
  }
}
