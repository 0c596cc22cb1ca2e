package dev.headwater.store.cycle;

/**
 * Judges a sealed version before it is announced. One veto keeps it from being announced; an
 * exception or a time-out is a veto. Called on a thread of the store, one validator after the
 * other; it may be interrupted when its time is over. Implementations outside this module are found
 * by {@link java.util.ServiceLoader}.
 */
public interface TableValidator {
  /** Returns a short name for metrics and the announcement log, for example {@code norm-drift}. */
  String name();

  /**
   * Tells whether a veto is about what was learned: the rows after the last good version then stop
   * being served.
   */
  default boolean judgesLearning() {
    return false;
  }

  /** Judges. */
  Validation validate(Candidate candidate) throws Exception;
}
