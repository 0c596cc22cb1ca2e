package dev.headwater.idp.cdim;

import java.util.List;

/** Finds known items by text. Implementations are safe for many threads. */
public interface SourceIndex {
  /**
   * Finds the nearest items of each text.
   *
   * @param textVectors the queries, of unit norm
   * @param count at most this many a query
   * @return a list a query, nearest first
   */
  List<List<Neighbour>> nearest(float[][] textVectors, int count);

  /**
   * A known item that is near a text.
   *
   * @param domain its domain
   * @param item its id there
   * @param similarity dot product of the text vectors
   * @param text its text vector; not to be written to
   * @param embedding its ID embedding; not to be written to
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Neighbour(String domain, String item, float similarity, float[] text, float[] embedding) {
    /** The same with another embedding. */
    Neighbour with(float[] other) {
      return new Neighbour(domain, item, similarity, text, other);
    }
  }
}
