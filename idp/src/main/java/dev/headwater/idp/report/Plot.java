package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Draws NDCG@10 as bars, a panel a target, a bar a mode; plain SVG that a browser shows. */
public final class Plot {
  private static final int WIDTH = 760;
  private static final int LABELS = 250;
  private static final int BAR = 18;
  private static final int GAP = 6;
  private static final int TITLE = 34;
  private static final int MARGIN = 16;
  private static final int FIGURES = 130;

  private Plot() {}

  private record Bar(String name, double value, double deviation) {}

  /** Draws all cells that were ranked. */
  public static String of(List<Cell> cells, Results results) {
    return of(Summary.of(cells, results));
  }

  /** Draws all rows that were ranked. */
  static String of(Summary summary) {
    Map<String, List<Bar>> panels = new TreeMap<>();
    summary.byTarget().forEach((target, rows) -> panels.put(target, bars(rows)));
    int height = MARGIN;
    StringBuilder body = new StringBuilder();
    for (Map.Entry<String, List<Bar>> panel : panels.entrySet()) {
      if (!panel.getValue().isEmpty()) {
        height = draw(body, panel.getKey(), panel.getValue(), height);
      }
    }
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
        font-family="system-ui, sans-serif" font-size="12" role="img" \
        aria-label="NDCG@10 by mode and target">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        %s</svg>
        """
        .formatted(WIDTH, height, WIDTH, height, body);
  }

  private static List<Bar> bars(Map<String, List<JsonNode>> rows) {
    List<Bar> bars = new ArrayList<>();
    rows.forEach(
        (row, results) -> {
          if (results.get(0).has("ndcg10")) {
            bars.add(
                new Bar(
                    row, Summary.mean(results, "ndcg10"), Summary.deviation(results, "ndcg10")));
          }
        });
    return bars;
  }

  private static int draw(StringBuilder svg, String title, List<Bar> bars, int top) {
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    int room = WIDTH - LABELS - FIGURES;
    int y = top + TITLE;
    svg.append(
        line(
            "<text x=\"%d\" y=\"%d\" font-size=\"15\" font-weight=\"600\">%s: NDCG@10, full"
                + " ranking</text>",
            MARGIN, top + 20, title));
    for (Bar bar : bars) {
      double length = most > 0 ? bar.value() / most * room : 0;
      svg.append(
          line(
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
              LABELS - 8, y + 13, bar.name()));
      svg.append(
          line(
              "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
              LABELS, y, length, BAR, colour(bar.name())));
      String text = String.format(Locale.ROOT, "%.4f", bar.value());
      if (!Double.isNaN(bar.deviation())) {
        text += String.format(Locale.ROOT, " ± %.4f", bar.deviation());
      }
      svg.append(line("<text x=\"%.1f\" y=\"%d\">%s</text>", LABELS + length + 6, y + 13, text));
      y += BAR + GAP;
    }
    return y + MARGIN;
  }

  /** Baselines grey, from scratch blue, carried embeddings orange. */
  private static String colour(String row) {
    if (row.startsWith("popularity") || row.startsWith("text-knn")) {
      return "#9aa0a6";
    }
    return row.startsWith("scratch") ? "#4c78a8" : "#e07b39";
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
