package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cells with the same row and target, over their seeds.
 *
 * @param byTarget for each target, for each row, the results
 */
record Summary(Map<String, Map<String, List<JsonNode>>> byTarget) {
  static Summary of(List<Cell> cells, CellStore store) {
    Map<String, Map<String, List<JsonNode>>> found = new LinkedHashMap<>();
    for (Cell cell : cells) {
      Optional<JsonNode> result = store.get(cell);
      result.ifPresent(
          json ->
              found
                  .computeIfAbsent(cell.target(), target -> new LinkedHashMap<>())
                  .computeIfAbsent(cell.row(), row -> new ArrayList<>())
                  .add(json));
    }
    return new Summary(found);
  }

  /** The mean of a key over the results; NaN where none has it. */
  static double mean(List<JsonNode> results, String key) {
    return results.stream()
        .filter(result -> result.has(key))
        .mapToDouble(result -> result.get(key).asDouble())
        .average()
        .orElse(Double.NaN);
  }

  /** The sample deviation of a key over the results; NaN below two. */
  static double deviation(List<JsonNode> results, String key) {
    double mean = mean(results, key);
    if (results.size() < 2) {
      return Double.NaN;
    }
    double sum = 0;
    for (JsonNode result : results) {
      double difference = result.path(key).asDouble() - mean;
      sum += difference * difference;
    }
    return Math.sqrt(sum / (results.size() - 1));
  }
}
