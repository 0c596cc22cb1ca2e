package dev.headwater.serving.state;

import org.jspecify.annotations.Nullable;

/** Titles of the source items that a model was pre-trained on. */
@FunctionalInterface
public interface SourceTitles {
  /** Knows none. */
  SourceTitles NONE = (domain, item) -> null;

  /** Returns a title for people, or null where nobody said one. */
  @Nullable String title(String domain, String item);
}
