package dev.headwater.client.answers;

import java.util.List;

/**
 * Where several items are on their way.
 *
 * @param items one status an item, in the order asked
 */
public record ItemStatusList(List<ItemStatus> items) {
  /** Copies the list. */
  public ItemStatusList {
    items = List.copyOf(items);
  }
}
