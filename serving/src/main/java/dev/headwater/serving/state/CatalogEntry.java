package dev.headwater.serving.state;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.wire.AcceptedItem;
import java.util.List;
import java.util.Map;

/**
 * What serving keeps of an accepted item.
 *
 * @param deleted a tombstone was the last record
 * @param available whether the merchant wants it shown
 * @param incarnation which incarnation of the item this is; -1 of a deleted one
 * @param beganMs when the incarnation began, Unix milliseconds; of a deleted one, when it ended
 * @param title for people
 * @param brand empty when absent
 * @param categories for filters
 * @param attributes for filters
 * @param receivedMs when the merchant published it, Unix milliseconds
 * @param acceptedMs when ingest accepted it
 * @param endedIncarnation the last incarnation that is known to be over, -1 where none is
 */
public record CatalogEntry(
    boolean deleted,
    boolean available,
    long incarnation,
    long beganMs,
    String title,
    String brand,
    List<String> categories,
    Map<String, String> attributes,
    long receivedMs,
    long acceptedMs,
    long endedIncarnation) {
  /** No incarnation is known to be over. */
  public static final long NONE = -1;

  /** Copies the collections. */
  public CatalogEntry {
    categories = List.copyOf(categories);
    attributes = Map.copyOf(attributes);
  }

  /** Reads an accepted item. */
  public static CatalogEntry of(AcceptedItem item) {
    return new CatalogEntry(
        false,
        item.getAvailable(),
        item.getIncarnation(),
        DeletionTime.beganMs(item),
        item.getTitle(),
        item.getBrand(),
        item.getCategoriesList(),
        item.getAttributesMap(),
        item.getPublishedMs(),
        item.getAcceptedMs(),
        NONE);
  }

  /**
   * Returns what is left of an item after its tombstone.
   *
   * @param timeMs of the tombstone; where a request asked for it, that of the request
   * @param incarnation that ended, -1 where it is not known
   */
  public static CatalogEntry deletedAt(long timeMs, long incarnation) {
    return new CatalogEntry(
        true, false, -1, timeMs, "", "", List.of(), Map.of(), timeMs, timeMs, incarnation);
  }

  /**
   * Tells whether an incarnation of the item is over: it was ended, or another has begun since. Of
   * an item that ended without saying which incarnation, none is left.
   */
  public boolean isOver(long of) {
    return of <= lastOver() || (deleted && endedIncarnation == NONE);
  }

  /** Returns the last incarnation that is over for certain, -1 where none is known to be. */
  public long lastOver() {
    return deleted ? endedIncarnation : Math.max(endedIncarnation, incarnation - 1);
  }

  /** Returns the entry as it follows on another: what was over stays over. */
  public CatalogEntry after(CatalogEntry before) {
    long over =
        !before.deleted && before.incarnation < incarnation
            ? before.incarnation
            : before.endedIncarnation;
    return new CatalogEntry(
        deleted,
        available,
        incarnation,
        beganMs,
        title,
        brand,
        categories,
        attributes,
        receivedMs,
        acceptedMs,
        Math.max(endedIncarnation, over));
  }
}
