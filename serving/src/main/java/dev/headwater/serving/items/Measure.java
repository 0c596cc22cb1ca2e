package dev.headwater.serving.items;

/** How a row is scored for a query. */
public enum Measure {
  /** Dot product: what the encoders are trained for. */
  DOT,
  /** Dot product over the row's length: similarity, whatever the length. */
  COSINE;

  /** Scores a row; the query's own length is left out, since it changes no order. */
  public float score(float[] query, float[] row) {
    float dot = 0;
    float square = 0;
    for (int d = 0; d < query.length; d++) {
      dot += query[d] * row[d];
      square += row[d] * row[d];
    }
    return this == DOT || square == 0 ? dot : dot / (float) Math.sqrt(square);
  }
}
