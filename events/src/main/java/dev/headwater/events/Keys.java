package dev.headwater.events;

import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;

/**
 * Record keys: {@code domain/user}, {@code domain/item} and {@code domain/model/item}. Domains and
 * models never hold a slash; user and item identifiers may, so a key is split at its first slashes
 * only.
 */
public final class Keys {
  private Keys() {}

  /** The two parts of a {@code domain/id} key. */
  public record DomainKey(String domain, String id) {
    @Override
    public String toString() {
      return domain + "/" + id;
    }
  }

  /** The three parts of an embedding row's key. */
  public record RowKey(String domain, String model, String item) {
    @Override
    public String toString() {
      return domain + "/" + model + "/" + item;
    }
  }

  /** Returns {@code domain/id}. */
  public static String of(String domain, String id) {
    return domain + "/" + id;
  }

  /** Returns {@code domain/model/item}. */
  public static String of(String domain, String model, String item) {
    return domain + "/" + model + "/" + item;
  }

  /**
   * Splits {@code domain/id}.
   *
   * @throws RejectedRecordException when there is no slash or a part is empty
   */
  public static DomainKey parse(String key) throws RejectedRecordException {
    int slash = key.indexOf('/');
    if (slash <= 0 || slash == key.length() - 1) {
      throw new RejectedRecordException(
          ReasonCode.KEY_MISMATCH, "the key must read domain/id, not '" + shorten(key) + "'");
    }
    return new DomainKey(key.substring(0, slash), key.substring(slash + 1));
  }

  /**
   * Splits {@code domain/model/item}.
   *
   * @throws RejectedRecordException when a part is missing
   */
  public static RowKey parseRow(String key) throws RejectedRecordException {
    int first = key.indexOf('/');
    int second = first < 0 ? -1 : key.indexOf('/', first + 1);
    if (first <= 0 || second <= first + 1 || second == key.length() - 1) {
      throw new RejectedRecordException(
          ReasonCode.KEY_MISMATCH,
          "the key must read domain/model/item, not '" + shorten(key) + "'");
    }
    return new RowKey(
        key.substring(0, first), key.substring(first + 1, second), key.substring(second + 1));
  }

  private static String shorten(String key) {
    return key.length() <= 80 ? key : key.substring(0, 80) + "…";
  }
}
