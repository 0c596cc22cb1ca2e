package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Adds up the windows of a domain's shards: means weighted by events, counts summed. */
public final class QualitySum {
  private QualitySum() {}

  /**
   * Returns the quality of the domain.
   *
   * @param shards the last window of each shard, at least one
   */
  public static QualityWindow of(Collection<QualityWindow> shards) {
    QualityWindow any = shards.iterator().next();
    if (shards.size() == 1) {
      return any;
    }
    return any.toBuilder()
        .setFromMs(shards.stream().mapToLong(QualityWindow::getFromMs).min().orElse(0))
        .setToMs(shards.stream().mapToLong(QualityWindow::getToMs).max().orElse(0))
        .setLive(mean(shards, QualityWindow::getLive))
        .setLearned(mean(shards, QualityWindow::getLearned))
        .setItemKnnRecent(mean(shards, QualityWindow::getItemKnnRecent))
        .setLearnedTotal(mean(shards, QualityWindow::getLearnedTotal))
        .setItemKnnRecentTotal(mean(shards, QualityWindow::getItemKnnRecentTotal))
        .setFrozen(mean(shards, QualityWindow::getFrozen))
        .setNeverTuned(mean(shards, QualityWindow::getNeverTuned))
        .setPopularity(mean(shards, QualityWindow::getPopularity))
        .setLiveTotal(mean(shards, QualityWindow::getLiveTotal))
        .setFrozenTotal(mean(shards, QualityWindow::getFrozenTotal))
        .setNeverTunedTotal(mean(shards, QualityWindow::getNeverTunedTotal))
        .setPopularityTotal(mean(shards, QualityWindow::getPopularityTotal))
        .setExamplesLearned(sum(shards, QualityWindow::getExamplesLearned))
        .setExamplesParked(sum(shards, QualityWindow::getExamplesParked))
        .setExamplesDropped(sum(shards, QualityWindow::getExamplesDropped))
        .setCollapsed(shards.stream().anyMatch(QualityWindow::getCollapsed))
        .clearShard()
        .build();
  }

  private static long sum(Collection<QualityWindow> shards, ToLongFunction<QualityWindow> part) {
    return shards.stream().mapToLong(part).sum();
  }

  private static RankingQuality mean(
      Collection<QualityWindow> shards, Function<QualityWindow, RankingQuality> part) {
    double hr = 0;
    double ndcg = 0;
    double mrr = 0;
    long events = 0;
    for (QualityWindow shard : shards) {
      RankingQuality quality = part.apply(shard);
      hr += quality.getHr10() * quality.getEvents();
      ndcg += quality.getNdcg10() * quality.getEvents();
      mrr += quality.getMrr() * quality.getEvents();
      events += quality.getEvents();
    }
    double by = Math.max(1, events);
    return RankingQuality.newBuilder()
        .setHr10(hr / by)
        .setNdcg10(ndcg / by)
        .setMrr(mrr / by)
        .setEvents(events)
        .build();
  }
}
