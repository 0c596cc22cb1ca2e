package dev.headwater.serving.state;

import dev.headwater.events.wire.AcceptedItem;
import java.util.List;
import java.util.Map;

/**
 * What serving keeps of an accepted item.
 *
 * @param deleted a tombstone was the last record; the other values are those before it
 * @param available whether the merchant wants it shown
 * @param incarnation which incarnation of the item this is
 * @param title for people
 * @param brand empty when absent
 * @param categories for filters
 * @param attributes for filters
 * @param receivedMs when the merchant published it, Unix milliseconds
 * @param acceptedMs when ingest accepted it
 */
public record CatalogEntry(
    boolean deleted,
    boolean available,
    long incarnation,
    String title,
    String brand,
    List<String> categories,
    Map<String, String> attributes,
    long receivedMs,
    long acceptedMs) {

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
        item.getTitle(),
        item.getBrand(),
        item.getCategoriesList(),
        item.getAttributesMap(),
        item.getPublishedMs(),
        item.getAcceptedMs());
  }

  /** Returns what is left of an item after its tombstone. */
  public static CatalogEntry deletedAt(long timeMs) {
    return new CatalogEntry(true, false, -1, "", "", List.of(), Map.of(), timeMs, timeMs);
  }
}
