package dev.headwater.launcher.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.platform.report.JsonReport;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows topic {@code quality}; adds up the windows that began after {@link #restart()}. */
final class QualityWatch implements AutoCloseable {
  private final TopicFollower follower;
  private final Sum live = new Sum();
  private final Sum frozen = new Sum();
  private final Sum neverTuned = new Sum();
  private final Sum popularity = new Sum();
  private long sinceMs;
  private QualityWindow newest = QualityWindow.getDefaultInstance();

  QualityWatch(KafkaSettings kafka) {
    follower =
        new TopicFollower("demo-quality", kafka, List.of(kafka.topics().quality()), this::onRecord);
    follower.start();
  }

  private synchronized void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    QualityWindow window = QualityWindow.parseFrom(record.value());
    newest = window;
    if (window.getFromMs() >= sinceMs) {
      live.add(window.getLive());
      frozen.add(window.getFrozen());
      neverTuned.add(window.getNeverTuned());
      popularity.add(window.getPopularity());
    }
  }

  /** Forgets what was, and counts windows that begin from now on. */
  synchronized void restart() {
    sinceMs = System.currentTimeMillis();
    List.of(live, frozen, neverTuned, popularity).forEach(Sum::clear);
  }

  synchronized QualityWindow newest() {
    return newest;
  }

  synchronized double liveHr10() {
    return live.hr10();
  }

  synchronized double frozenHr10() {
    return frozen.hr10();
  }

  synchronized double popularityHr10() {
    return popularity.hr10();
  }

  synchronized String inWords() {
    return String.format(
        Locale.ROOT,
        "HR@10 live %.3f, frozen %.3f, never tuned %.3f, popularity %.3f (%,d events)",
        live.hr10(),
        frozen.hr10(),
        neverTuned.hr10(),
        popularity.hr10(),
        live.events);
  }

  synchronized ObjectNode toJson() {
    ObjectNode node = JsonReport.object();
    node.set("live", live.toJson());
    node.set("frozen", frozen.toJson());
    node.set("never_tuned", neverTuned.toJson());
    node.set("popularity", popularity.toJson());
    return node;
  }

  @Override
  public void close() {
    follower.close();
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

    void clear() {
      hits = 0;
      gains = 0;
      events = 0;
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
