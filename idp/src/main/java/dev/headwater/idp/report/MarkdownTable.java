package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.idp.evaluate.StreamResult;
import dev.headwater.idp.heldout.Metric;
import dev.headwater.idp.heldout.PairedComparison;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes cells as Markdown, a section a target. What follows ± is half of the interval of 95 %,
 * over users and seeds; neighbours are compared user by user ({@link PairedComparison}).
 */
public final class MarkdownTable {
  private static final double SMALLEST_P = 0.001;

  private MarkdownTable() {}

  /**
   * Writes all cells that were evaluated.
   *
   * @param plot file name of the plot, beside the Markdown
   */
  public static String of(List<Cell> cells, Results results, String plot) {
    StringBuilder text = new StringBuilder();
    text.append("![NDCG@10 by mode and target](").append(plot).append(")\n");
    sections(text, Summary.of(cells, results), "##");
    return text.toString();
  }

  /** A section a target. */
  static void sections(StringBuilder text, Summary summary, String heading) {
    summary
        .byTarget()
        .forEach(
            (target, rows) -> {
              text.append("\n%s %s\n\n".formatted(heading, target));
              ranked(text, rows);
              cold(text, rows);
              stream(text, rows);
            });
  }

  private static void ranked(StringBuilder text, Map<String, List<JsonNode>> rows) {
    if (rows.values().stream().noneMatch(results -> results.get(0).has("hr10"))) {
      return;
    }
    text.append("| mode | HR@10 | NDCG@10 | MRR |")
        .append(" sampled HR@1 | NDCG@3 | NDCG@5 | HR@3 | HR@5 | MRR |")
        .append(" NDCG@10 over the row above | validation NDCG@10 | seeds | seconds |\n")
        .append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    double[] above = new double[0];
    for (Map.Entry<String, List<JsonNode>> row : rows.entrySet()) {
      List<JsonNode> results = row.getValue();
      if (results.get(0).has("hr10")) {
        double[] users = Summary.users(results, Metric.NDCG10);
        ranked(text, row.getKey(), results, against(users, above));
        above = users;
      }
    }
  }

  private static void ranked(
      StringBuilder text, String row, List<JsonNode> results, String against) {
    text.append("| ").append(row);
    for (Metric metric : List.of(Metric.HR10, Metric.NDCG10, Metric.MRR)) {
      Summary.Estimate estimate = Summary.estimate(results, metric);
      cell(text, number(estimate.mean()) + plusMinus(estimate.half()));
    }
    for (Metric metric : Metric.values()) {
      if (metric.isSampled()) {
        cell(text, number(Summary.mean(results, metric.key())));
      }
    }
    cell(text, against);
    cell(text, number(Summary.mean(results, "validation_ndcg10")));
    cell(text, Integer.toString(results.size()));
    cell(text, "%.0f".formatted(Summary.mean(results, "seconds")));
    text.append(" |\n");
  }

  /** The paired test of a row and the one above it; empty where it cannot be made. */
  private static String against(double[] users, double[] above) {
    if (users.length == 0 || users.length != above.length) {
      return "";
    }
    PairedComparison test = PairedComparison.of(users, above);
    return "%s%s (p %s)"
        .formatted(
            test.difference() < 0 ? "−" : "+",
            number(Math.abs(test.difference())),
            test.p() < SMALLEST_P ? "< .001" : number(test.p(), "%.3f"));
  }

  private static void cold(StringBuilder text, Map<String, List<JsonNode>> rows) {
    rows.forEach(
        (row, results) -> {
          JsonNode json = results.get(0);
          if (json.has("cold_hr10")) {
            text.append(
                """

                | cold items, mean of %d splits | HR@10 |
                |---|--:|
                | cold items | %s |
                | cold items, ranked by all experts | %s |
                | cold items, text-kNN | %s |
                | warm items | %s |
                | warm items, ranked by all experts | %s |
                | warm items, model without cold handling | %s |
                """
                    .formatted(
                        json.path("splits").asInt(),
                        number(json.path("cold_hr10").asDouble()),
                        number(json.path("ranked_cold_hr10").asDouble()),
                        number(json.path("text_knn_cold_hr10").asDouble()),
                        number(json.path("warm_hr10").asDouble()),
                        number(json.path("ranked_warm_hr10").asDouble()),
                        number(json.path("warm_hr10_without_cold_handling").asDouble())));
          }
        });
  }

  private static void stream(StringBuilder text, Map<String, List<JsonNode>> rows) {
    rows.forEach(
        (row, results) -> {
          JsonNode json = results.get(0);
          if (json.has("live")) {
            text.append(
                "\n| stream, last 20 % by time | HR@10 | NDCG@10 | known items HR@10 |"
                    + " new items HR@10 | events |\n|---|--:|--:|--:|--:|--:|\n");
            for (String contender : StreamResult.NAMES.stream().filter(json::has).toList()) {
              JsonNode score = json.path(contender);
              text.append("| ").append(contender);
              for (String key : List.of("hr10", "ndcg10", "known_hr10", "new_hr10")) {
                cell(text, number(score.path(key).asDouble()));
              }
              cell(text, score.path("events").asText());
              text.append(" |\n");
            }
          }
        });
  }

  private static void cell(StringBuilder text, String value) {
    text.append(" | ").append(value);
  }

  private static String plusMinus(double half) {
    return Double.isNaN(half) ? "" : " ± " + number(half);
  }

  private static String number(double value) {
    return number(value, "%.4f");
  }

  private static String number(double value, String format) {
    String text = String.format(Locale.ROOT, format, value);
    return text.startsWith("0.") ? text.substring(1) : text;
  }
}
