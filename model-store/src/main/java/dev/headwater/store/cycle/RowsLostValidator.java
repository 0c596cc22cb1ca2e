package dev.headwater.store.cycle;

/** Vetoes a version that lost more than a fraction of the announced version's rows. */
public final class RowsLostValidator implements TableValidator {
  private final double lostFractionMax;

  /** Creates one. */
  public RowsLostValidator(double lostFractionMax) {
    this.lostFractionMax = lostFractionMax;
  }

  @Override
  public String name() {
    return "rows-lost";
  }

  @Override
  public Validation validate(Candidate candidate) {
    var previous = candidate.previous();
    long before = previous == null ? 0 : previous.rows();
    long now = candidate.version().rows();
    String details = "%d rows, %d before".formatted(now, before);
    return now < before * (1 - lostFractionMax)
        ? Validation.veto(details)
        : Validation.pass(details);
  }
}
