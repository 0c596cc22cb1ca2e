package dev.headwater.idp.text;

import java.util.ArrayList;
import java.util.List;

/** The one place that decides how the words of an item become the text that is encoded. */
public final class ItemText {
  private ItemText() {}

  /**
   * Joins title, brand and categories, in this order, leaving out what is blank.
   *
   * @param title the item's name; may be empty
   * @param brand the maker; may be empty
   * @param categories from wide to narrow; may be empty
   * @return the text, empty when the item has no words at all
   */
  public static String of(String title, String brand, List<String> categories) {
    List<String> parts = new ArrayList<>(2 + categories.size());
    parts.add(title);
    parts.add(brand);
    parts.addAll(categories);
    return String.join(" ", parts.stream().map(String::strip).filter(p -> !p.isEmpty()).toList());
  }
}
