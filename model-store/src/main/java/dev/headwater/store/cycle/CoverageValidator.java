package dev.headwater.store.cycle;

/**
 * Vetoes a table that covers too little of the catalog. Off at 0, the default: while a catalog is
 * being loaded coverage is low and announcing early is wanted.
 */
public final class CoverageValidator implements TableValidator {
  private final double coverageMin;

  /** Creates one. */
  public CoverageValidator(double coverageMin) {
    this.coverageMin = coverageMin;
  }

  @Override
  public String name() {
    return "coverage";
  }

  @Override
  public Validation validate(Candidate candidate) {
    long items = candidate.surroundings().catalogItems(candidate.version().domain());
    double coverage = items == 0 ? 1 : candidate.version().rows() / (double) items;
    String details = "%d rows of %d items".formatted(candidate.version().rows(), items);
    return coverage < coverageMin ? Validation.veto(details) : Validation.pass(details);
  }
}
