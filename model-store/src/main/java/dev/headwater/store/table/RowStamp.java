package dev.headwater.store.table;

import dev.headwater.events.wire.RowVersion;

/** Version of a row as its writer gave it; orders rows of one topic. */
public record RowStamp(long generation, long epoch, long step) {
  /** Takes it from the wire. */
  public static RowStamp of(RowVersion version) {
    return new RowStamp(version.getGeneration(), version.getEpoch(), version.getStep());
  }

  /** Returns the wire form. */
  public RowVersion toWire() {
    return RowVersion.newBuilder().setGeneration(generation).setEpoch(epoch).setStep(step).build();
  }
}
