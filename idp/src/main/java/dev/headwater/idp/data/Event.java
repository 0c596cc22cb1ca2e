package dev.headwater.idp.data;

/**
 * A user had to do with an item.
 *
 * @param user opaque, meaningful in its domain only
 * @param item an item of the same domain
 * @param timestamp Unix seconds, or the position in the user's sequence where only the order is
 *     known
 */
public record Event(String user, String item, long timestamp) {}
