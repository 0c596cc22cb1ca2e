package dev.headwater.store.cycle;

import dev.headwater.events.Vectors;
import dev.headwater.store.table.StoredRow;
import org.jspecify.annotations.Nullable;

/**
 * Vetoes values that are not finite, and norms out of proportion: a touched row longer than {@code
 * rowNormMax}, or a mean norm of the touched rows more than {@code meanRatioMax} times that of the
 * previous version's same rows. One pass over the touched rows serves both.
 */
public final class RowSanityValidator implements TableValidator {
  private final float rowNormMax;
  private final double meanRatioMax;

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
  public Validation validate(Candidate candidate) {
    Finding finding = new Finding();
    candidate.touched().forEach(finding::see);
    if (finding.fault != null) {
      return Validation.veto(finding.fault);
    }
    double before = meanNormBefore(candidate);
    double now = finding.rows == 0 ? 0 : finding.normSum / finding.rows;
    String details = "%d rows, mean norm %.3f, before %.3f".formatted(finding.rows, now, before);
    return before > 0 && now > before * meanRatioMax
        ? Validation.veto(details)
        : Validation.pass(details);
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

  /** What the pass found. */
  private final class Finding {
    private double normSum;
    private long rows;
    private @Nullable String fault;

    void see(String item, @Nullable StoredRow row) {
      if (row == null) {
        return;
      }
      float norm = Vectors.norm(row.vector());
      if (!Float.isFinite(norm)) {
        fault = fault == null ? "item " + item + " has a value that is not finite" : fault;
      } else if (norm > rowNormMax) {
        fault = fault == null ? "item %s has norm %.3f".formatted(item, norm) : fault;
      }
      normSum += norm;
      rows++;
    }
  }
}
