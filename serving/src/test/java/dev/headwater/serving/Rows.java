package dev.headwater.serving;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.events.wire.RowVersion;
import org.jspecify.annotations.Nullable;

/** Rows for tests. */
public final class Rows {
  public static final String MODEL = "m1";

  private Rows() {}

  /** A record of the cold-start topic; null is a tombstone. */
  public static RowRecord inCold(long offset, @Nullable EmbeddingRow row) {
    return record(RowRecord.Kind.COLD, offset, row);
  }

  /** A record of the fine-tuned topic. */
  public static RowRecord inTuned(long offset, EmbeddingRow row) {
    return record(RowRecord.Kind.TUNED, offset, row);
  }

  /** A record of the rollback topic. */
  public static RowRecord inRollback(EmbeddingRow row) {
    return record(RowRecord.Kind.ROLLBACK, 0, row);
  }

  private static RowRecord record(RowRecord.Kind kind, long offset, @Nullable EmbeddingRow row) {
    return RowRecord.of(kind, new Keys.RowKey("d", MODEL, "i"), offset, row);
  }

  public static EmbeddingRow cold(String domain, String item, long incarnation, float... vector) {
    return EmbeddingRow.newBuilder()
        .setDomain(domain)
        .setModel(MODEL)
        .setItem(item)
        .setIncarnation(incarnation)
        .setOrigin(EmbeddingRow.Origin.COLD_START)
        .setVector(Vectors.fp32(vector))
        .setTextVector(Vectors.int8(new float[] {1, 0, 0}))
        .addMatches(Match.newBuilder().setDomain("src").setItem("s1").setWeight(1))
        .setCausedMs(1_000)
        .setComputedMs(1_010)
        .setPublishedMs(1_020)
        .build();
  }

  public static EmbeddingRow tuned(
      String domain, String item, long incarnation, long step, float... vector) {
    return EmbeddingRow.newBuilder()
        .setDomain(domain)
        .setModel(MODEL)
        .setItem(item)
        .setIncarnation(incarnation)
        .setVersion(RowVersion.newBuilder().setEpoch(5).setStep(step))
        .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
        .setVector(Vectors.fp32(vector))
        .setInteractionsLearned(step)
        .setNewestEventId("e" + step)
        .setNewestEventTimeMs(2_000 + step)
        .setComputedMs(2_010)
        .setPublishedMs(2_020)
        .build();
  }
}
