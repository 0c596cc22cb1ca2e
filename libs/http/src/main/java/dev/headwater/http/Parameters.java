package dev.headwater.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller wants, by name: from a query string or from a body, under the same rules. */
public interface Parameters {
  /**
   * Returns an integer.
   *
   * @param absent what it is where it is not given
   */
  int integer(String name, int absent, int min, int max);

  /** Returns a 64-bit integer, null when there is none. */
  @Nullable Long optionalInteger64(String name);

  /** Returns a number from 0 to {@code max}; absent is 0. */
  float fraction(String name, float max);

  /** Returns a yes or no; absent is no. */
  boolean flag(String name);

  /** Returns a text, null when there is none; one that is given twice is refused. */
  @Nullable String optionalText(String name);

  /** Returns identifiers, at most so many; absent is empty. */
  List<String> ids(String name, int max);

  /** Returns texts, at most so many; absent is empty. */
  List<String> texts(String name, int max);
}
