package dev.headwater.client.answers;

import java.util.List;

/**
 * Items that were looked for, the best first.
 *
 * @param items each
 */
public record FoundItems(List<FoundItem> items) {
  /** Copies the list. */
  public FoundItems {
    items = List.copyOf(items);
  }

  /**
   * An item as people know it.
   *
   * @param item identifier
   * @param title for people
   * @param brand empty when absent
   * @param categories most general first
   * @param receivedMs when the merchant published it, Unix milliseconds
   */
  public record FoundItem(
      String item, String title, String brand, List<String> categories, long receivedMs) {
    /** Copies the list. */
    public FoundItem {
      categories = List.copyOf(categories);
    }
  }
}
