package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.idp.evaluate.StreamResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes cells as Markdown, a section a target. */
public final class MarkdownTable {
  private MarkdownTable() {}

  /**
   * Writes all cells that were evaluated.
   *
   * @param plot file name of the plot, beside the Markdown
   */
  public static String of(List<Cell> cells, CellStore store, String plot) {
    Summary summary = Summary.of(cells, store);
    StringBuilder text = new StringBuilder();
    text.append("![NDCG@10 by mode and target](").append(plot).append(")\n");
    summary
        .byTarget()
        .forEach(
            (target, rows) -> {
              text.append("\n## ").append(target).append("\n\n");
              ranked(text, rows);
              cold(text, rows);
              stream(text, rows);
            });
    return text.toString();
  }

  private static void ranked(StringBuilder text, Map<String, List<JsonNode>> rows) {
    text.append("| mode | HR@10 | NDCG@10 (± deviation) | MRR | validation NDCG@10 |")
        .append(
            " sampled HR@1 / HR@5 / NDCG@5 | seeds | seconds |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
    rows.forEach(
        (row, results) -> {
          if (results.get(0).has("hr10")) {
            text.append("| ").append(row);
            cell(text, number(Summary.mean(results, "hr10")));
            cell(text, number(Summary.mean(results, "ndcg10")) + plusMinus(results));
            cell(text, number(Summary.mean(results, "mrr")));
            cell(text, number(Summary.mean(results, "validation_ndcg10")));
            cell(
                text,
                "%s / %s / %s"
                    .formatted(
                        number(Summary.mean(results, "sampled_hr1")),
                        number(Summary.mean(results, "sampled_hr5")),
                        number(Summary.mean(results, "sampled_ndcg5"))));
            cell(text, Integer.toString(results.size()));
            cell(text, "%.0f".formatted(Summary.mean(results, "seconds")));
            text.append(" |\n");
          }
        });
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

  private static String plusMinus(List<JsonNode> results) {
    double deviation = Summary.deviation(results, "ndcg10");
    return Double.isNaN(deviation) ? "" : " ± " + number(deviation);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.startsWith("0.") ? text.substring(1) : text;
  }
}
