package dev.headwater.events;

import dev.headwater.events.json.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * A request to delete an item, as it goes from ingest to whoever holds rows: a record without value
 * in {@code catalog.accepted} and {@code embeddings.cold-start} whose item is {@code
 * ~deletion/ITEM}. It stands beside the item's own records, so that nothing that comes of the item
 * later takes its place, and says by {@link DeletionHeader} which request it is and by {@link
 * IncarnationHeader} up to which incarnation the item is over; without that it ends nothing.
 */
public final class ItemRequest {
  private ItemRequest() {}

  /** Returns what stands in a key in place of the item. */
  public static String id(String item) {
    return Identifiers.REQUEST_PREFIX + item;
  }

  /** Returns the item that a request is about, null where the id is not a request's. */
  public static @Nullable String item(String id) {
    return id.startsWith(Identifiers.REQUEST_PREFIX)
        ? id.substring(Identifiers.REQUEST_PREFIX.length())
        : null;
  }

  /** Returns the key of the item that a key is about, its own or that of a request. */
  public static Keys.DomainKey subject(Keys.DomainKey key) {
    String item = item(key.id());
    return item == null ? key : new Keys.DomainKey(key.domain(), item);
  }
}
