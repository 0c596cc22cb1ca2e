package dev.headwater.serving.http;

import dev.headwater.client.answers.PrequentialQuality;
import dev.headwater.client.answers.PrequentialQuality.Ranking;
import dev.headwater.client.answers.PrequentialQuality.Window;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import java.util.Set;

/**
 * {@code GET /v1/domains/{domain}/quality?since_ms=0&count=720}: how good the answers would have
 * been: each click is ranked against the catalog before it is learned. {@code {"domain", "windows":
 * [{model, from_ms, to_ms, shard, shards, live{hr10, ndcg10, events}, learned{…},
 * item_knn_recent{…}, frozen{…}, never_tuned{…}, popularity{…}, examples_learned, collapsed}]}},
 * oldest first, the newest {@code count} of those that ended after {@code since_ms}.
 *
 * <p>{@code live} is what is answered, ranked from all experts; {@code learned} the learned rows
 * alone; {@code item_knn_recent} counts with recent popularity, the strongest contender that learns
 * nothing; {@code frozen} the table as it was when it was frozen, {@code popularity} what was taken
 * lately. A domain with several shards has a window of each: the mean weighted by {@code events} is
 * the domain's. 400 {@code bad_count, bad_since_ms}; 404 {@code unknown_domain}.
 */
final class QualityHistory implements Endpoint {
  private static final int COUNT_DEFAULT = 720;
  private static final int COUNT_MAX = 5_000;

  private final Domains domains;
  private final QualityWindows windows;

  QualityHistory(Domains domains, QualityWindows windows) {
    this.domains = domains;
    this.windows = windows;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("since_ms", "count"));
    String domain = request.domain(domains::find).name();
    Long since = request.optionalInteger64("since_ms");
    int count = request.integer("count", COUNT_DEFAULT, 1, COUNT_MAX);
    return new PrequentialQuality(
        domain,
        windows.newest(domain, since == null ? 0 : since, count).stream()
            .map(QualityHistory::window)
            .toList());
  }

  private static Window window(QualityWindow w) {
    return new Window(
        w.getModel(),
        w.getFromMs(),
        w.getToMs(),
        w.getShard(),
        Math.max(1, w.getShards()),
        w.hasLive() ? ranking(w.getLive()) : null,
        w.hasLearned() ? ranking(w.getLearned()) : null,
        w.hasItemKnnRecent() ? ranking(w.getItemKnnRecent()) : null,
        w.hasFrozen() ? ranking(w.getFrozen()) : null,
        w.hasNeverTuned() ? ranking(w.getNeverTuned()) : null,
        w.hasPopularity() ? ranking(w.getPopularity()) : null,
        w.getExamplesLearned(),
        w.getCollapsed());
  }

  private static Ranking ranking(RankingQuality q) {
    return new Ranking(q.getHr10(), q.getNdcg10(), q.getEvents());
  }
}
