package dev.headwater.idp.rank;

import dev.headwater.idp.expert.CountReader;
import dev.headwater.idp.expert.NearTexts;

/**
 * What is known of a domain's items at one moment: counts, and beside them texts. The job gives its
 * state, serving its copy, {@code evaluate} its book: features are computed from this alone, so
 * they are the same.
 */
public interface Evidence extends CountReader {
  /** The texts like an item's, {@link NearTexts#NONE} where there is no text. */
  NearTexts texts(int item);

  /** Tells whether an item may be answered at all; where it may not, lists name it for nothing. */
  default boolean exists(int item) {
    return true;
  }
}
