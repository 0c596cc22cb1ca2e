package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import org.jspecify.annotations.Nullable;

/** Prequential quality as JSON: an object a contender, as topic {@code quality} names them. */
final class Prequential {
  private Prequential() {}

  /**
   * Puts the totals of a window.
   *
   * @param window null, and nothing is put
   * @return {@code figures}
   */
  static ObjectNode put(ObjectNode figures, @Nullable QualityWindow window) {
    if (window != null) {
      put(figures, "live", window.getLiveTotal());
      put(figures, "learned", window.getLearnedTotal());
      put(figures, "item_knn_recent", window.getItemKnnRecentTotal());
      put(figures, "never_tuned", window.getNeverTunedTotal());
      put(figures, "popularity", window.getPopularityTotal());
    }
    return figures;
  }

  private static void put(ObjectNode figures, String contender, RankingQuality quality) {
    ObjectNode node = figures.putObject(contender);
    node.put("hr10", quality.getHr10());
    node.put("ndcg10", quality.getNdcg10());
    node.put("events", quality.getEvents());
  }
}
