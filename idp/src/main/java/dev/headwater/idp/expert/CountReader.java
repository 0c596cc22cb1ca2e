package dev.headwater.idp.expert;

import org.jspecify.annotations.Nullable;

/** Reads the counts of a domain's items. */
public interface CountReader {
  /** The counts of an item; null where there is none. */
  @Nullable ItemCounts counts(int item);

  /** Events counted so far. */
  long tick();

  /** How events are counted. */
  CountConfig config();
}
