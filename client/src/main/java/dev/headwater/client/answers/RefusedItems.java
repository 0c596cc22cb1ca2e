package dev.headwater.client.answers;

import java.util.List;

/**
 * Items whose last record was refused, the newest refusal first.
 *
 * @param items each
 */
public record RefusedItems(List<RefusedItem> items) {
  /** Copies the list. */
  public RefusedItems {
    items = List.copyOf(items);
  }

  /**
   * One of them.
   *
   * @param item identifier
   * @param reason the code
   * @param detail for a person
   * @param timeMs when it was refused, Unix milliseconds
   */
  public record RefusedItem(String item, String reason, String detail, long timeMs) {}
}
