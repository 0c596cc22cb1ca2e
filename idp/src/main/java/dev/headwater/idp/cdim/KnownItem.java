package dev.headwater.idp.cdim;

/**
 * All that a matcher knows of an item. The arrays are not to be written to.
 *
 * @param domain its domain
 * @param item its id there
 * @param text its text vector, of unit norm
 * @param embedding its ID embedding
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record KnownItem(String domain, String item, float[] text, float[] embedding) {
  SourceIndex.Neighbour near(float similarity) {
    return new SourceIndex.Neighbour(domain, item, similarity, text, embedding);
  }
}
