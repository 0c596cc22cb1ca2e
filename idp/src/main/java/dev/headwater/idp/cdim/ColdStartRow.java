package dev.headwater.idp.cdim;

import java.util.List;

/**
 * A row made from a text.
 *
 * @param vector the row, finite, of the sources' dimension
 * @param matches the items it was made from, heaviest first; empty for the fallback
 * @param source what the sources alone make of the text; empty where they know nothing near it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record ColdStartRow(float[] vector, List<SourceMatch> matches, float[] source) {
  /** Whether nothing was found to make it from. */
  public boolean isFallback() {
    return matches.isEmpty();
  }
}
