package dev.headwater.events.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * One item as published on topic {@code catalog} (JSON Schema {@code catalog-item.schema.json}).
 *
 * @param domain the domain
 * @param item item id, at most {@link Identifiers#MAX_BYTES} bytes
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
    return domain + "/" + item;
  }

  /**
   * Checks what ingest will check.
   *
   * @return this
   * @throws RejectedRecordException with the code that a dead letter would carry
   */
  public CatalogItem checked() throws RejectedRecordException {
    if (title.isBlank()) {
      throw new RejectedRecordException(ReasonCode.ITEM_WITHOUT_TITLE, "title is blank");
    }
    Identifiers.domain(domain);
    Identifiers.publishable("item", item);
    return this;
  }

  /** Returns the record value; halves of surrogate pairs in texts become question marks. */
  public byte[] toJson() {
    ObjectNode node = Fields.none();
    node.put("domain", domain);
    node.put("item", item);
    node.put("title", Identifiers.wellFormed(title));
    if (!brand.isEmpty()) {
      node.put("brand", Identifiers.wellFormed(brand));
    }
    ArrayNode list = node.putArray("categories");
    categories.forEach(category -> list.add(Identifiers.wellFormed(category)));
    if (!text.isEmpty()) {
      node.put("text", Identifiers.wellFormed(text));
    }
    if (!attributes.isEmpty()) {
      ObjectNode pairs = node.putObject("attributes");
      attributes.forEach(
          (name, value) -> pairs.put(Identifiers.wellFormed(name), Identifiers.wellFormed(value)));
    }
    node.put("available", available);
    return Fields.bytes(node);
  }
}
