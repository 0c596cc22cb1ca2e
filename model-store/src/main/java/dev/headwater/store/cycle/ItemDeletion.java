package dev.headwater.store.cycle;

/**
 * A request to delete an item.
 *
 * @param domain of the item
 * @param item its name
 * @param requestedMs when it was made, Unix milliseconds: an incarnation that began later is kept;
 *     0: now
 * @param who asked
 */
public record ItemDeletion(String domain, String item, long requestedMs, String who) {
  /** Returns the same with a time, where it has none. */
  ItemDeletion timed(long nowMs) {
    return requestedMs > 0 ? this : new ItemDeletion(domain, item, nowMs, who);
  }
}
