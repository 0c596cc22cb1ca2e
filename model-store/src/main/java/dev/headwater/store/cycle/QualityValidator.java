package dev.headwater.store.cycle;

/**
 * Vetoes while the quality of what is answered, as scored before learning, has fallen; see {@link
 * QualityMonitor} for when it has.
 */
public final class QualityValidator implements TableValidator {
  @Override
  public String name() {
    return "quality";
  }

  @Override
  public boolean judgesLearning() {
    return true;
  }

  @Override
  public Validation validate(Candidate candidate) {
    QualityMonitor.Fall fall = candidate.surroundings().fall(candidate.version().table());
    return fall == null
        ? Validation.pass(candidate.surroundings().qualityDetails(candidate.version().table()))
        : Validation.veto(fall.details());
  }
}
