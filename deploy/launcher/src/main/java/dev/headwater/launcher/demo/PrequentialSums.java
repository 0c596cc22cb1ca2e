package dev.headwater.launcher.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.platform.report.JsonReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Adds up windows: hits and gains weighted by their events. A table that has ranked nothing has no
 * figure, not a bad one. Not thread-safe.
 */
final class PrequentialSums {
  /** What ranks each event: the answers, and what they are compared with. */
  static final List<String> TABLES =
      List.of("live", "learned", "item_knn_recent", "frozen", "never_tuned", "popularity");

  private final Map<String, Sum> tables = new LinkedHashMap<>();

  PrequentialSums() {
    TABLES.forEach(table -> tables.put(table, new Sum()));
  }

  void add(QualityWindow window) {
    sum("live").add(window.getLive());
    sum("learned").add(window.getLearned());
    sum("item_knn_recent").add(window.getItemKnnRecent());
    sum("frozen").add(window.getFrozen());
    sum("never_tuned").add(window.getNeverTuned());
    sum("popularity").add(window.getPopularity());
  }

  private Sum sum(String table) {
    return tables.getOrDefault(table, new Sum());
  }

  /** For example {@code HR@10 live 0.123, popularity 0.050 (1,000 events)}. */
  String inWords() {
    StringJoiner words = new StringJoiner(", ", "HR@10 ", "");
    words.setEmptyValue("nothing ranked yet");
    tables.forEach(
        (table, sum) -> {
          if (sum.events > 0) {
            words.add(table.replace('_', ' ') + String.format(Locale.ROOT, " %.3f", sum.hr10()));
          }
        });
    return sum("live").events == 0
        ? words.toString()
        : words + String.format(Locale.ROOT, " (%,d events)", sum("live").events);
  }

  ObjectNode toJson() {
    ObjectNode node = JsonReport.object();
    tables.forEach((table, sum) -> node.set(table, sum.toJson()));
    return node;
  }

  private static final class Sum {
    private double hits;
    private double gains;
    private long events;

    void add(RankingQuality window) {
      hits += window.getHr10() * window.getEvents();
      gains += window.getNdcg10() * window.getEvents();
      events += window.getEvents();
    }

    double hr10() {
      return events == 0 ? 0 : hits / events;
    }

    ObjectNode toJson() {
      ObjectNode node = JsonReport.object();
      node.put("hr10", hr10());
      node.put("ndcg10", events == 0 ? 0 : gains / events);
      node.put("events", events);
      return node;
    }
  }
}
