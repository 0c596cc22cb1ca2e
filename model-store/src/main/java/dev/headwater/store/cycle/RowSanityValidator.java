package dev.headwater.store.cycle;

import dev.headwater.events.Vectors;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Vetoes values that are not finite, and norms out of proportion: a touched row longer than {@code
 * rowNormMax}, or a mean norm of the touched rows more than {@code meanRatioMax} times that of the
 * previous version's same rows. One pass over the touched rows serves both. A row that was at fault
 * in a refused version keeps later ones from passing until it is mended or gone, for they hold it
 * too.
 */
public final class RowSanityValidator implements TableValidator {
  private final float rowNormMax;
  private final double meanRatioMax;
  private final Map<TableId, Suspects> suspected = new ConcurrentHashMap<>();

  /**
   * Creates one.
   *
   * @param rowNormMax longest row allowed
   * @param meanRatioMax how much longer rows may become from one announced version to the next
   */
  public RowSanityValidator(float rowNormMax, double meanRatioMax) {
    this.rowNormMax = rowNormMax;
    this.meanRatioMax = meanRatioMax;
  }

  @Override
  public String name() {
    return "row-sanity";
  }

  @Override
  public boolean judgesLearning() {
    return true;
  }

  @Override
  public Validation validate(Candidate candidate) {
    Finding finding = new Finding();
    candidate.touched().forEach(finding::see);
    String fault = stillThere(candidate, finding);
    if (fault != null) {
      return Validation.veto(fault);
    }
    double before = meanNormBefore(candidate);
    double now = finding.rows == 0 ? 0 : finding.normSum / finding.rows;
    String details = "%d rows, mean norm %.3f, before %.3f".formatted(finding.rows, now, before);
    return before > 0 && now > before * meanRatioMax
        ? Validation.veto(details)
        : Validation.pass(details);
  }

  /** Looks again at what was at fault here or in the refused versions since the last good one. */
  private @Nullable String stillThere(Candidate candidate, Finding finding) {
    SealedVersion version = candidate.version();
    Suspects suspects = suspected.computeIfAbsent(version.table(), table -> new Suspects());
    synchronized (suspects) {
      long good = candidate.previous() == null ? 0 : candidate.previous().version();
      for (SealedVersion each : candidate.store().versions(version.table())) {
        if (each.version() > Math.max(good, suspects.seenTo)
            && each.version() < version.version()) {
          candidate
              .store()
              .scanDelta(
                  version.table(), each.version(), (item, row) -> suspect(item, row, finding));
        }
      }
      suspects.seenTo = version.version();
      suspects.items.addAll(finding.suspects);
      List<String> items = List.copyOf(suspects.items);
      if (items.isEmpty()) {
        return null;
      }
      List<@Nullable StoredRow> rows =
          candidate.store().multiGetAt(version.table(), items, version.version());
      String fault = null;
      for (int i = 0; i < items.size(); i++) {
        String still = fault(items.get(i), rows.get(i));
        fault = fault == null ? still : fault;
        if (still == null) {
          suspects.items.remove(items.get(i));
        }
      }
      return fault;
    }
  }

  private void suspect(String item, @Nullable StoredRow row, Finding finding) {
    if (fault(item, row) != null) {
      finding.suspects.add(item);
    }
  }

  private @Nullable String fault(String item, @Nullable StoredRow row) {
    if (row == null) {
      return null;
    }
    float norm = Vectors.norm(row.vector());
    if (!Float.isFinite(norm)) {
      return "item " + item + " has a value that is not finite";
    }
    return norm > rowNormMax ? "item %s has norm %.3f".formatted(item, norm) : null;
  }

  /** Mean norm, in the previous version, of some of the rows touched since. */
  private static double meanNormBefore(Candidate candidate) {
    var previous = candidate.previous();
    if (previous == null) {
      return 0;
    }
    var sample = candidate.touched().sample();
    double sum = 0;
    int count = 0;
    for (StoredRow row :
        candidate.store().multiGetAt(previous.table(), sample, previous.version())) {
      if (row != null) {
        sum += Vectors.norm(row.vector());
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** Rows that were at fault: a later version that does not touch them still holds them. */
  private static final class Suspects {
    private final Set<String> items = new TreeSet<>();
    private long seenTo;
  }

  /** What the pass found. */
  private final class Finding {
    private final Set<String> suspects = new HashSet<>();
    private double normSum;
    private long rows;

    void see(String item, @Nullable StoredRow row) {
      if (row != null) {
        suspect(item, row, this);
        normSum += Vectors.norm(row.vector());
        rows++;
      }
    }
  }
}
