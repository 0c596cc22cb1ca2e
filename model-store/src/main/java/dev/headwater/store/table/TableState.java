package dev.headwater.store.table;

/**
 * A table as it stands now.
 *
 * @param openVersion number under which rows are written; the next seal gives it to a version
 * @param checksum of the live rows
 * @param rows live rows
 * @param touched rows written since the last seal
 */
public record TableState(long openVersion, long checksum, long rows, long touched) {
  /** A table nobody has written to. */
  public static final TableState EMPTY = new TableState(0, 0, 0, 0);
}
