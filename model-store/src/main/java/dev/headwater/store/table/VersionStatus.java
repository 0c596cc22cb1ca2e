package dev.headwater.store.table;

/** How far a sealed table version came. */
public enum VersionStatus {
  /** Written; not yet judged. */
  SEALED,
  /** Passed the validators; not announced because its model is not the domain's, or not yet. */
  VALIDATED,
  /** Announced. */
  ANNOUNCED,
  /** A validator said no; kept for inspection, never served. */
  REJECTED,
  /** Taken back by a rollback, or left behind by a primary that stopped; never served. */
  RETRACTED
}
