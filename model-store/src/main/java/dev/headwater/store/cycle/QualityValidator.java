package dev.headwater.store.cycle;

import dev.headwater.events.wire.QualityWindow;
import java.util.List;

/**
 * Vetoes while the quality of the live table, as scored before learning, has fallen: the job says
 * so itself, or NDCG@10 of the newest window lies under a fraction of the mean of the windows
 * before it. Windows with few events say nothing.
 */
public final class QualityValidator implements TableValidator {
  private final long eventsMin;
  private final double fractionMin;

  /**
   * Creates one.
   *
   * @param eventsMin events a window must have to count
   * @param fractionMin smallest newest-to-earlier ratio allowed
   */
  public QualityValidator(long eventsMin, double fractionMin) {
    this.eventsMin = eventsMin;
    this.fractionMin = fractionMin;
  }

  @Override
  public String name() {
    return "quality";
  }

  @Override
  public Validation validate(Candidate candidate) {
    List<QualityWindow> windows =
        candidate.surroundings().quality(candidate.version().table()).stream()
            .filter(window -> window.getLive().getEvents() >= eventsMin)
            .toList();
    if (windows.isEmpty()) {
      return Validation.pass("no window of " + eventsMin + " events yet");
    }
    QualityWindow newest = windows.get(windows.size() - 1);
    double now = newest.getLive().getNdcg10();
    if (newest.getCollapsed()) {
      return Validation.veto("the job reports a collapse, ndcg10 %.4f".formatted(now));
    }
    double before =
        windows.subList(0, windows.size() - 1).stream()
            .mapToDouble(window -> window.getLive().getNdcg10())
            .average()
            .orElse(now);
    String details = "ndcg10 %.4f, mean before %.4f".formatted(now, before);
    return now < before * fractionMin ? Validation.veto(details) : Validation.pass(details);
  }
}
