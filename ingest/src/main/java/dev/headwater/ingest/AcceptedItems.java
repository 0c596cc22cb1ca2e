package dev.headwater.ingest;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.wire.AcceptedItem;

/** From the merchant's item to the accepted one: texts cut to their limits, the text hash set. */
final class AcceptedItems {
  private AcceptedItems() {}

  /** Returns the item without its incarnation and times. */
  static AcceptedItem.Builder cut(CatalogItem item, IngestConfig.Limits limits) {
    AcceptedItem.Builder accepted =
        AcceptedItem.newBuilder()
            .setDomain(item.domain())
            .setItem(item.item())
            .setTitle(cut(item.title(), limits.titleChars()))
            .setBrand(cut(item.brand(), limits.titleChars()))
            .setText(cut(item.text(), limits.textChars()))
            .putAllAttributes(item.attributes())
            .setAvailable(item.available());
    item.categories().stream()
        .limit(limits.categories())
        .forEach(category -> accepted.addCategories(cut(category, limits.titleChars())));
    return accepted.setTextHash(textHash(accepted));
  }

  /** Returns the hash of what makes the embedding: title, brand, categories. */
  private static long textHash(AcceptedItem.Builder item) {
    Hash64 hash = new Hash64().add(item.getTitle()).add(item.getBrand());
    for (String category : item.getCategoriesList()) {
      hash.add(category);
    }
    return hash.value();
  }

  /** Cuts to a number of characters and never through a surrogate pair. */
  static String cut(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    boolean pair = chars > 0 && Character.isHighSurrogate(text.charAt(chars - 1));
    return text.substring(0, pair ? chars - 1 : chars);
  }
}
