package dev.headwater.client.answers;

import java.util.List;

/**
 * Items that operators do not want shown.
 *
 * @param denied how many there are in all
 * @param items as many of them as were asked for
 */
public record DeniedItemList(int denied, List<DeniedItem> items) {
  /** Copies the list. */
  public DeniedItemList {
    items = List.copyOf(items);
  }

  /**
   * One of them.
   *
   * @param item identifier
   * @param why the operator's reason
   * @param who the operator
   * @param timeMs since when, Unix milliseconds
   */
  public record DeniedItem(String item, String why, String who, long timeMs) {}
}
