package dev.headwater.idp.data;

import org.jspecify.annotations.Nullable;

/**
 * A user had to do with an item.
 *
 * @param user opaque, meaningful in its domain only
 * @param item an item of the same domain
 * @param timestamp Unix seconds, or the position in the user's sequence where only the order is
 *     known
 * @param type what the user did, as interactions name it: {@code view}, {@code purchase}, {@code
 *     dislike}, …; {@code click} where the data do not say
 * @param value of a rating; null where there is none
 */
public record Event(String user, String item, long timestamp, String type, @Nullable Double value) {
  /** A click. */
  public Event(String user, String item, long timestamp) {
    this(user, item, timestamp, "click", null);
  }
}
