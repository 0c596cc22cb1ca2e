package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/** Quantiles of measured times. */
final class Quantiles {
  private Quantiles() {}

  /** Returns a quantile of sorted microseconds, in milliseconds; NaN when there are none. */
  static double ms(int[] sortedUs, double quantile) {
    return sortedUs.length == 0
        ? Double.NaN
        : sortedUs[(int) Math.min(sortedUs.length - 1, quantile * sortedUs.length)] / 1_000.0;
  }

  /** Returns {@code {p50, p99, samples}} of microseconds. */
  static ObjectNode json(List<Integer> us) {
    int[] sorted = us.stream().mapToInt(Integer::intValue).toArray();
    Arrays.sort(sorted);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("p50", ms(sorted, 0.5));
    node.put("p99", ms(sorted, 0.99));
    node.put("samples", sorted.length);
    return node;
  }
}
