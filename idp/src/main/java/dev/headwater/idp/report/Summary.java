package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.idp.heldout.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Cells with the same row and target, over their seeds.
 *
 * @param byTarget for each target, for each row, the results
 */
record Summary(Map<String, Map<String, List<JsonNode>>> byTarget) {
  private static final double DEVIATIONS = 1.96;

  static Summary of(List<Cell> cells, Results results) {
    return of(cells, results, Cell::row);
  }

  /** The same with other names of rows. */
  static Summary of(List<Cell> cells, Results results, Function<Cell, String> row) {
    Map<String, Map<String, List<JsonNode>>> found = new LinkedHashMap<>();
    for (Cell cell : cells) {
      results
          .get(cell)
          .ifPresent(
              json ->
                  found
                      .computeIfAbsent(cell.target(), target -> new LinkedHashMap<>())
                      .computeIfAbsent(row.apply(cell), name -> new ArrayList<>())
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

  /**
   * A figure of a row.
   *
   * @param mean over users and seeds
   * @param half of the interval in which it lies with 95 % confidence; NaN where no cell says what
   *     each user got
   */
  record Estimate(double mean, double half) {}

  /**
   * The mean of a metric of the whole catalog, and how sure it is: users and seeds both are a
   * sample.
   */
  static Estimate estimate(List<JsonNode> results, Metric metric) {
    double mean = mean(results, metric.key());
    double[] users = users(results, metric);
    if (users.length < 2) {
      return new Estimate(mean, Double.NaN);
    }
    double variance = variance(users) / users.length;
    if (results.size() > 1) {
      double deviation = deviation(results, metric.key());
      variance += deviation * deviation / results.size();
    }
    return new Estimate(mean, DEVIATIONS * Math.sqrt(variance));
  }

  /**
   * What each user got in the whole catalog, the mean over the seeds; empty where a cell does not
   * say.
   */
  static double[] users(List<JsonNode> results, Metric metric) {
    if (metric.isSampled()) {
      throw new IllegalArgumentException("cells keep no ranks for " + metric.key());
    }
    int count = results.get(0).path(ResultJson.USERS).asInt();
    if (results.stream().anyMatch(result -> !tellsOf(result, count))) {
      return new double[0];
    }
    double[] users = new double[count];
    for (JsonNode result : results) {
      double[] ranks = FirstRanks.read(result.path(ResultJson.FIRST_RANKS).asText(), count);
      for (int i = 0; i < count; i++) {
        users[i] += metric.of(ranks[i]) / results.size();
      }
    }
    return users;
  }

  private static boolean tellsOf(JsonNode result, int users) {
    return result.has(ResultJson.FIRST_RANKS) && result.path(ResultJson.USERS).asInt() == users;
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double sum = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return sum / (values.length - 1);
  }
}
