package dev.headwater.bench.learning;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.evaluate.StreamEvaluation;
import dev.headwater.idp.evaluate.StreamSettings;
import dev.headwater.store.cycle.QualityMonitor;
import java.util.ArrayList;
import java.util.List;

/**
 * How often the store would take learning back where nothing is wrong: a domain's whole stream,
 * ranked from its first event on and learned as the jobs learn it, told to the store's own rule in
 * windows of several sizes. For one thread.
 */
public final class FalseAlarms {
  private final StreamSettings settings;
  private final long windowMs;

  /**
   * The windows of one size.
   *
   * @param size events of a window
   * @param windows how many
   * @param alarms what the rule said each time that it took learning for fallen
   */
  public record OfSize(int size, int windows, List<String> alarms) {}

  /** Whose windows are said to last so many milliseconds. */
  public FalseAlarms(StreamSettings settings, long windowMs) {
    this.settings = settings.fromTheFirstOn();
    this.windowMs = windowMs;
  }

  /** Runs through a domain with real timestamps. */
  public List<OfSize> run(
      DomainData data, float[][] texts, SourceBundle bundle, List<Integer> sizes) {
    StreamHits hits = new StreamHits();
    var unused = new StreamEvaluation(settings).run(data, texts, bundle, hits);
    List<OfSize> all = new ArrayList<>();
    for (int size : sizes) {
      List<QualityWindow> windows = hits.windows(size, windowMs);
      all.add(new OfSize(size, windows.size(), alarms(windows)));
    }
    return all;
  }

  static List<String> alarms(List<QualityWindow> windows) {
    QualityMonitor monitor = new QualityMonitor();
    List<String> alarms = new ArrayList<>();
    boolean before = false;
    for (QualityWindow window : windows) {
      monitor.take(window);
      QualityMonitor.Fall fall = monitor.fall();
      if (fall != null && !before) {
        alarms.add(fall.details());
      }
      before = fall != null;
    }
    return alarms;
  }
}
