package dev.headwater.bench.learning;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.idp.evaluate.RankListener;
import dev.headwater.idp.evaluate.StreamResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which contender of a stream had which event among the first ten, and the windows of topic {@code
 * quality} that this makes. For one thread.
 */
final class StreamHits implements RankListener {
  private static final int CUTOFF = 10;

  private final Map<String, Hits> contenders = new HashMap<>();

  private static final class Hits {
    private final BitSet events = new BitSet();
    private int count;

    RankingQuality quality(int from, int to) {
      int hits = events.get(from, to).cardinality();
      return RankingQuality.newBuilder()
          .setHr10(hits / (double) (to - from))
          .setEvents(to - from)
          .build();
    }
  }

  @Override
  public void ranked(String contender, double rank) {
    Hits hits = contenders.computeIfAbsent(contender, name -> new Hits());
    hits.events.set(hits.count++, rank <= CUTOFF);
  }

  /** Returns how many events were ranked by everybody. */
  int events() {
    return contenders.values().stream().mapToInt(hits -> hits.count).min().orElse(0);
  }

  /**
   * Returns all full windows, one behind the other.
   *
   * @param size of a window, in events
   * @param windowMs how long each is said to last, milliseconds
   */
  List<QualityWindow> windows(int size, long windowMs) {
    List<QualityWindow> windows = new ArrayList<>();
    for (int to = size; to <= events(); to += size) {
      long fromMs = windows.size() * windowMs;
      windows.add(
          QualityWindow.newBuilder()
              .setFromMs(fromMs)
              .setToMs(fromMs + windowMs)
              .setLive(quality(StreamResult.LIVE, to - size, to))
              .setItemKnnRecent(quality(StreamResult.ITEM_KNN_RECENT, to - size, to))
              .setPopularity(quality(StreamResult.POPULARITY, to - size, to))
              .setNeverTuned(quality(StreamResult.NEVER_TUNED, to - size, to))
              .build());
    }
    return windows;
  }

  private RankingQuality quality(String contender, int from, int to) {
    return contenders.getOrDefault(contender, new Hits()).quality(from, to);
  }
}
