package dev.headwater.events;

import java.util.List;
import java.util.Map;

/**
 * One item as published on topic {@code catalog} (JSON Schema {@code catalog-item.schema.json}).
 *
 * @param domain the domain
 * @param item item id, at most {@link PublicRecords#MAX_ID_BYTES} bytes
 * @param title never blank
 * @param brand empty when absent
 * @param categories may be empty
 * @param text longer description, empty when absent
 * @param attributes free attributes for filters
 * @param available whether it may be recommended
 */
public record CatalogItem(
    String domain,
    String item,
    String title,
    String brand,
    List<String> categories,
    String text,
    Map<String, String> attributes,
    boolean available) {

  /** Copies the collections. */
  public CatalogItem {
    categories = List.copyOf(categories);
    attributes = Map.copyOf(attributes);
  }

  /** Returns an available item without text or attributes. */
  public static CatalogItem of(
      String domain, String item, String title, String brand, List<String> categories) {
    return new CatalogItem(domain, item, title, brand, categories, "", Map.of(), true);
  }

  /** Returns the record key, {@code domain/item}. */
  public String key() {
    return Keys.of(domain, item);
  }
}
