package dev.headwater.idp.rank;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What one event says of the ranker's weights, for whoever owns them: worked out where the event is
 * ranked, taken where the weights are learned. Never changed; for any thread.
 *
 * @param contexts rows of the weights that had a say, each once
 * @param values a gradient for each feature, the same for all of those rows
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two halves, never compared
public record WeightGradient(int[] contexts, double[] values) {
  /** Checks that there are such weights. */
  public WeightGradient {
    Objects.requireNonNull(contexts);
    if (values.length != Feature.COUNT
        || IntStream.of(contexts).anyMatch(row -> row < 0 || row >= RankerWeights.ROWS)) {
      throw new IllegalArgumentException(
          values.length + " features, contexts " + Arrays.toString(contexts));
    }
  }
}
