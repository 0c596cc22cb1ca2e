package dev.headwater.events;

import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;

/**
 * What a deletion is about: a user or an item of a domain. Its key {@code domain/user/ID} or {@code
 * domain/item/ID} is that of the request, and after the hop that of each receipt.
 *
 * @param domain the domain
 * @param kind user or item
 * @param id the user or the item; may hold slashes
 */
public record DeletionSubject(String domain, Deletion.Kind kind, String id) {

  /**
   * Reads a key.
   *
   * @throws RejectedRecordException when it is not that of a deletion
   */
  public static DeletionSubject parse(String key) throws RejectedRecordException {
    Keys.DomainKey parts = Keys.parse(key);
    for (Deletion.Kind kind : Deletion.Kind.values()) {
      String begin = kind.code() + "/";
      if (parts.id().startsWith(begin) && parts.id().length() > begin.length()) {
        return new DeletionSubject(parts.domain(), kind, parts.id().substring(begin.length()));
      }
    }
    throw new RejectedRecordException(
        ReasonCode.KEY_MISMATCH, "the key must read domain/user/ID or domain/item/ID");
  }

  /** Returns {@code domain/user/ID} or {@code domain/item/ID}. */
  public String key() {
    return domain + "/" + kind.code() + "/" + id;
  }

  /** Returns the key {@code domain/ID} by which the other topics know the user or item. */
  public String domainKey() {
    return Keys.of(domain, id);
  }
}
