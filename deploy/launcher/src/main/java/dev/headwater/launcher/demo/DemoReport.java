package dev.headwater.launcher.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.ingest.IngestCounts;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.parts.Platform;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import java.util.ArrayList;
import java.util.List;

/**
 * What the demo measured, and whether its promises held.
 *
 * @param json the object of {@code --json}
 * @param broken promises that did not hold, empty when all is well
 */
public record DemoReport(ObjectNode json, List<String> broken) {

  /** What read the topics while the demo ran. */
  record Read(QualityWatch quality, HistoryAppends appends) {}

  static DemoReport of(
      DemoPlan plan,
      Platform platform,
      EventPublisher publisher,
      Read read,
      DomainVersions served,
      Replay replay,
      long visibleAtStart) {
    IngestCounts counts = platform.ingest().counts();
    ObjectNode json = JsonReport.object();
    json.put("events_published", publisher.interactionsPublished());
    json.put("events_accepted", counts.accepted());
    json.put("events_dead_lettered", counts.interactionsDeadLettered());
    json.put("duplicates_dropped", counts.duplicates());
    json.put("history_appends", read.appends().count());
    json.put("items_published", plan.catalog().size() + replay.itemsPublished());
    json.put("items_visible", visibleAtStart + replay.itemsVisible());
    json.set("click_to_recommendation_ms", JsonReport.latencyMs(replay.clickToRecommendation()));
    json.set("click_to_embedding_ms", JsonReport.latencyMs(replay.clickToEmbedding()));
    json.set("item_to_recommendable_ms", JsonReport.latencyMs(replay.itemToRecommendable()));
    json.put("answers_with_new_item_share", replay.answersWithNewItem());
    json.set("prequential", read.quality().toJson());
    json.set("prequential_first_minute", read.quality().firstMinute());
    ObjectNode versions = json.putObject("versions");
    DomainVersions.Announced announced = served.announced();
    versions.put("announced", announced == null ? 0 : announced.announcedVersion());
    versions.put("latest", announced == null ? 0 : announced.latestVersion());
    json.set("machine", Machine.measure().toJson());
    return new DemoReport(json, broken(json, replay));
  }

  private static List<String> broken(ObjectNode json, Replay replay) {
    List<String> broken = new ArrayList<>();
    long accounted =
        json.path("events_accepted").asLong()
            + json.path("events_dead_lettered").asLong()
            + json.path("duplicates_dropped").asLong();
    require(
        broken,
        accounted == json.path("events_published").asLong(),
        "accepted + dead-lettered + duplicates = published");
    require(
        broken,
        json.path("history_appends").asLong() == json.path("events_accepted").asLong(),
        "history appends = accepted");
    require(
        broken,
        json.path("items_visible").asLong() == json.path("items_published").asLong(),
        "every published item is visible");
    require(broken, replay.timeouts() == 0, "no answer timed out (" + replay.timeouts() + " did)");
    return broken;
  }

  private static void require(List<String> broken, boolean holds, String what) {
    if (!holds) {
      broken.add(what);
    }
  }

  void print(Narrator narrator) {
    narrator.plain("");
    narrator.plain(
        "  clicks      %,d published = %,d accepted + %,d dead-lettered + %,d repeats; %,d history appends"
            .formatted(
                n("events_published"),
                n("events_accepted"),
                n("events_dead_lettered"),
                n("duplicates_dropped"),
                n("history_appends")));
    narrator.plain(
        "  items       %,d published, %,d visible in answers"
            .formatted(n("items_published"), n("items_visible")));
    narrator.plain("  latency     %28s %10s %10s %9s".formatted("", "p50", "p99", "samples"));
    latency(narrator, "click → recommendation", "click_to_recommendation_ms");
    latency(narrator, "click → embedding", "click_to_embedding_ms");
    latency(narrator, "item → recommendable", "item_to_recommendable_ms");
    narrator.plain(
        "  quality     %28s %10s %10s %9s %15s"
            .formatted(
                "each event scored, then learned", "HR@10", "NDCG@10", "events", "first minute"));
    for (String table : PrequentialSums.TABLES) {
      var figures = json.path("prequential").path(table);
      long events = figures.path("events").asLong();
      narrator.plain(
          "              %28s %10s %10s %,9d %15s"
              .formatted(
                  table.replace('_', ' '),
                  figure(figures, "hr10"),
                  figure(figures, "ndcg10"),
                  events,
                  figure(json.path("prequential_first_minute").path(table), "hr10")));
    }
    narrator.plain(
        "  new items   %.1f %% of the answers held an item published during the replay"
            .formatted(100 * json.path("answers_with_new_item_share").asDouble()));
    narrator.plain(
        "  versions    table %d announced, %d latest"
            .formatted(
                json.path("versions").path("announced").asLong(),
                json.path("versions").path("latest").asLong()));
    broken.forEach(what -> narrator.plain("  BROKEN      %s".formatted(what)));
  }

  private static String figure(JsonNode figures, String key) {
    return figures.path("events").asLong() == 0
        ? "none"
        : "%.4f".formatted(figures.path(key).asDouble());
  }

  private void latency(Narrator narrator, String what, String key) {
    var figures = json.path(key);
    narrator.plain(
        "              %28s %7.0f ms %7.0f ms %,9d"
            .formatted(
                what,
                figures.path("p50").asDouble(),
                figures.path("p99").asDouble(),
                figures.path("samples").asLong()));
  }

  private long n(String key) {
    return json.path(key).asLong();
  }
}
