package dev.headwater.jobs.finetune;

import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;

/**
 * Another attempt has claimed an epoch above this one's and writes rows that it owns: whatever this
 * one sends would count for less. It has to end, and where it is the right one, Flink starts it
 * again, above all others; one that stood still while a successor ran is started by nobody.
 */
final class SupersededException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private SupersededException(String row, long theirs, long ours) {
    super(
        "row %s was written under epoch %d, claimed after this attempt's epoch %d: it ends"
            .formatted(row, theirs, ours));
  }

  /** Looks at a row of the topics that this attempt owns. */
  static void requireNot(RowRecord record, long generation, long epoch) {
    EmbeddingRow row = record.row();
    if (row == null || record.kind() != RowRecord.Kind.TUNED) {
      return;
    }
    RowVersion version = row.getVersion();
    if (version.getGeneration() >= generation && version.getEpoch() > epoch) {
      throw new SupersededException(record.key().toString(), version.getEpoch(), epoch);
    }
  }
}
