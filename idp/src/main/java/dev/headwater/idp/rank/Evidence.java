package dev.headwater.idp.rank;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a domain's items at one moment. The job gives its state, serving its copy,
 * {@code evaluate} its book: features are computed from this alone, so they are the same.
 */
public interface Evidence {
  /** What clicks say of an item; null where nobody took it. */
  @Nullable ItemCounts counts(int item);

  /** The texts like an item's, {@link NearTexts#NONE} where there is no text. */
  NearTexts texts(int item);

  /** Tells whether an item may be answered at all; where it may not, lists name it for nothing. */
  default boolean exists(int item) {
    return true;
  }

  /** Events of the domain counted so far. */
  long tick();

  /** How events are counted. */
  CountConfig config();
}
