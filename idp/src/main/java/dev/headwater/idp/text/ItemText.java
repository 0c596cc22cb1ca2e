package dev.headwater.idp.text;

import java.util.List;
import java.util.stream.Stream;

/** The one place that decides how the words of an item become the text that is encoded. */
public final class ItemText {
  /** A text is cut to this many characters, far more than the encoder looks at. */
  public static final int MAX_CHARS = 512;

  private ItemText() {}

  /**
   * Joins title, brand and categories, in this order, leaving out what is blank: {@code Lip balm.
   * Acme. Beauty, Lips}.
   *
   * @param title the item's name; may be empty
   * @param brand the maker; may be empty
   * @param categories from wide to narrow; may be empty
   * @return the text, empty when the item has no words at all
   */
  public static String of(String title, String brand, List<String> categories) {
    String last = joined(", ", categories.stream());
    return cut(joined(". ", Stream.of(title, brand, last)));
  }

  /** Whether a text has a letter or digit, so that its vector says something about the item. */
  public static boolean isUsable(String text) {
    return text.codePoints().anyMatch(Character::isLetterOrDigit);
  }

  private static String joined(String separator, Stream<String> parts) {
    return String.join(separator, parts.map(String::strip).filter(p -> !p.isEmpty()).toList());
  }

  private static String cut(String text) {
    if (text.length() <= MAX_CHARS) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return text.substring(0, end).strip();
  }
}
