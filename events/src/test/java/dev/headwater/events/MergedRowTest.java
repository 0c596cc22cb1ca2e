package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedRowTest {
  private static final EmbeddingRow COLD = row(10, 0, 0);
  private static final EmbeddingRow TUNED = row(10, 0, 5);

  @Test
  void aTunedRowWinsOverTheColdRowOfItsIncarnation() {
    assertThat(MergedRow.EMPTY.withCold(0, COLD).withTuned(0, TUNED).winner()).isEqualTo(TUNED);
  }

  @Test
  void withoutAColdRowThereIsNoItem() {
    assertThat(MergedRow.EMPTY.withTuned(0, TUNED).winner()).isNull();
    assertThat(
            MergedRow.EMPTY
                .withCold(0, COLD)
                .withTuned(0, TUNED)
                .withColdEnd(1, IncarnationHeader.NONE)
                .winner())
        .isNull();
  }

  @Test
  void aLateRowOfAnOlderIncarnationNeverComesBack() {
    EmbeddingRow reborn = row(20, 0, 0);
    MergedRow merged =
        MergedRow.EMPTY
            .withCold(0, COLD)
            .withColdEnd(1, IncarnationHeader.NONE)
            .withCold(2, reborn);
    assertThat(merged.withTuned(0, TUNED).winner()).isEqualTo(reborn);
    assertThat(merged.withTuned(0, TUNED).tuned()).isNull();
  }

  @Test
  void aRowOfANewerIncarnationWaitsForItsColdRow() {
    EmbeddingRow ahead = row(20, 0, 1);
    MergedRow merged = MergedRow.EMPTY.withCold(0, COLD).withTuned(0, ahead);
    assertThat(merged.winner()).isEqualTo(COLD);
    assertThat(merged.withCold(1, row(20, 0, 0)).winner()).isEqualTo(ahead);
  }

  @Test
  void aRowOfANewerIncarnationEndsWhatWasLearnedInTheOneKnown() {
    EmbeddingRow toCold = row(10, 1, 0).toBuilder().clearVector().build();
    EmbeddingRow ahead = row(20, 1, 0).toBuilder().clearVector().build();
    MergedRow rolledBack = MergedRow.EMPTY.withCold(0, COLD).withTuned(0, TUNED);
    assertThat(rolledBack.withRollback(toCold).withRollback(ahead).winner())
        .as("what was rolled back stays so, although the later row displaces the one that said it")
        .isEqualTo(COLD);
  }

  @Test
  void theHighestVersionWinsNotTheLatestArrival() {
    EmbeddingRow older = row(10, 0, 4);
    assertThat(MergedRow.EMPTY.withCold(0, COLD).withTuned(0, TUNED).withTuned(1, older).winner())
        .isEqualTo(TUNED);
  }

  @Test
  void aRollbackBeatsEveryRowOfTheGenerationBefore() {
    EmbeddingRow rolledBack = row(10, 1, 0);
    MergedRow merged = MergedRow.EMPTY.withCold(0, COLD).withRollback(rolledBack);
    assertThat(merged.withTuned(0, TUNED).winner()).isEqualTo(rolledBack);
    assertThat(merged.withTuned(0, row(10, 1, 1)).winner()).isEqualTo(row(10, 1, 1));
  }

  @Test
  void aRollbackWithoutVectorGivesTheColdRowItsPlaceBack() {
    EmbeddingRow toCold = row(10, 1, 0).toBuilder().clearVector().build();
    MergedRow merged = MergedRow.EMPTY.withCold(0, COLD).withTuned(0, TUNED);
    assertThat(merged.withRollback(toCold).winner()).isEqualTo(COLD);
  }

  @Test
  void weightsCountByTheirVersionThoughThereIsNoColdRow() {
    EmbeddingRow learned = weights(0, 5, "learned");
    EmbeddingRow prior = weights(1, 0, "");
    MergedRow merged = MergedRow.EMPTY.withTuned(0, learned).withTuned(1, weights(0, 4, "late"));
    assertThat(merged.highest()).isEqualTo(learned);
    assertThat(merged.withRollback(prior).highest()).isEqualTo(prior);
    assertThat(MergedRow.EMPTY.withRollback(prior).withTuned(0, learned).highest())
        .isEqualTo(prior);
    EmbeddingRow onward = weights(1, 1, "onward");
    assertThat(merged.withRollback(prior).withTuned(2, onward).highest()).isEqualTo(onward);
    assertThat(merged.winner()).as("it is no item").isNull();
  }

  private static EmbeddingRow weights(long generation, long step, String ranker) {
    EmbeddingRow.Builder row =
        EmbeddingRow.newBuilder()
            .setVersion(RowVersion.newBuilder().setGeneration(generation).setStep(step));
    return ranker.isEmpty() ? row.build() : row.setRanker(ByteString.copyFromUtf8(ranker)).build();
  }

  @Test
  void aTombstoneOfTheTunedTopicLeavesARollbackAlone() {
    EmbeddingRow rolledBack = row(10, 1, 0);
    MergedRow merged = MergedRow.EMPTY.withCold(0, COLD).withTuned(0, TUNED);
    assertThat(merged.withRollback(rolledBack).withTuned(1, null).winner()).isEqualTo(rolledBack);
    assertThat(merged.withTuned(1, null).winner()).isEqualTo(COLD);
    assertThat(merged.withTuned(1, null).withTuned(0, TUNED).winner()).isEqualTo(COLD);
  }

  @Test
  void aPausedWriterOverwritesNoLaterText() {
    EmbeddingRow older = coldRow(10, 10, 5);
    EmbeddingRow later = coldRow(10, 12, 3);
    assertThat(MergedRow.EMPTY.withCold(0, later).withCold(1, older).winner()).isEqualTo(later);
    assertThat(MergedRow.EMPTY.withCold(0, older).withCold(1, later).winner()).isEqualTo(later);
  }

  /**
   * Found by the simulation: where the later writer's row counted, compaction kept that of one that
   * had been paused; nodes went on with the one, those that started had the other.
   */
  @Test
  void ofOneTextTheLastRowCountsWhoeverWroteIt() {
    EmbeddingRow zombie = coldRow(10, 10, 5);
    EmbeddingRow first = coldRow(10, 10, 6);
    MergedRow merged = MergedRow.EMPTY.withCold(0, first).withCold(1, zombie);
    assertThat(merged.winner()).isEqualTo(zombie);
    assertThat(merged.withCold(0, first)).isSameAs(merged);
  }

  @Test
  void aPausedWriterOverwritesNoTombstone() {
    EmbeddingRow row = coldRow(10, 12, 3);
    MergedRow ended = MergedRow.EMPTY.withCold(0, row).withColdEnd(1, 10);
    assertThat(ended.winner()).isNull();
    assertThat(ended.withCold(2, row).winner()).as("late").isNull();
    assertThat(ended.withCold(2, coldRow(9, 99, 99)).winner())
        .as("of an earlier incarnation")
        .isNull();
    EmbeddingRow reborn = coldRow(13, 13, 0);
    assertThat(ended.withCold(2, reborn).winner()).isEqualTo(reborn);
    assertThat(ended.withTuned(7, TUNED).withCold(2, reborn).tuned()).isNull();
  }

  @Test
  void aLateTombstoneEndsNoLaterIncarnation() {
    EmbeddingRow reborn = coldRow(13, 13, 0);
    assertThat(MergedRow.EMPTY.withCold(0, reborn).withColdEnd(1, 10).winner()).isEqualTo(reborn);
  }

  /** Found by the simulation: a store does not know the offset of a row that it holds. */
  @Test
  void theEndOfAnEarlierIncarnationEndsNoRowWhoseOffsetIsNotKnown() {
    EmbeddingRow reborn = row(20, 0, 0);
    MergedRow standing = MergedRow.EMPTY.withCold(-1, reborn);
    assertThat(standing.withColdEnd(7, 10).winner()).isEqualTo(reborn);
    assertThat(standing.withColdEnd(7, 20).winner()).isNull();
    assertThat(standing.withColdEnd(7, IncarnationHeader.NONE).winner()).isNull();
  }

  private static EmbeddingRow coldRow(long incarnation, long revision, long epoch) {
    return COLD.toBuilder()
        .setIncarnation(incarnation)
        .setRevision(revision)
        .setVersion(version(0, epoch, revision))
        .build();
  }

  @Test
  void aRecordFollowsTheRuleOfItsTopic() {
    MergedRow merged =
        MergedRow.EMPTY
            .with(record(RowRecord.Kind.COLD, 0, COLD))
            .with(record(RowRecord.Kind.TUNED, 0, TUNED));
    assertThat(merged.winner()).isEqualTo(TUNED);
    assertThat(merged.with(record(RowRecord.Kind.ROLLBACK, 1, null))).isSameAs(merged);
    EmbeddingRow back = row(10, 1, 0);
    assertThat(merged.with(record(RowRecord.Kind.ROLLBACK, 0, back)).winner()).isEqualTo(back);
    assertThat(merged.with(record(RowRecord.Kind.TUNED, 1, null)).winner()).isEqualTo(COLD);
    assertThat(merged.with(record(RowRecord.Kind.COLD, 1, null)).winner()).isNull();
  }

  @Test
  void lightRowsAreMergedAsWholeOnes() {
    MergedRow merged = MergedRow.EMPTY.withCold(0, COLD).withTuned(0, TUNED);
    MergedRow light = merged.mapCold(LightRows::of).mapTuned(LightRows::of);
    EmbeddingRow toCold = TUNED.toBuilder().setVersion(version(9, 0, 0)).clearVector().build();
    assertThat(light.winner()).isEqualTo(LightRows.of(TUNED));
    assertThat(light.withRollback(toCold).winner()).isEqualTo(LightRows.of(COLD));
    assertThat(light.mapCold(LightRows::of)).isSameAs(light);
  }

  private static RowRecord record(RowRecord.Kind kind, long offset, @Nullable EmbeddingRow row) {
    return RowRecord.of(kind, new Keys.RowKey("toys", "m1", "a"), offset, row);
  }

  /** Compaction keeps the last record: where that is not the highest, somebody has to say it. */
  @Test
  void aRowBelowTheOneBeforeItInItsTopicIsTold() {
    MergedRow known = MergedRow.EMPTY.withTuned(0, row(2, 1, 5));
    assertThat(known.overtakes(row(2, 1, 4))).isTrue();
    assertThat(known.overtakes(row(2, 0, 9))).isTrue();
    assertThat(known.overtakes(row(1, 2, 9))).as("of an earlier incarnation").isTrue();
    assertThat(known.overtakes(row(2, 1, 5))).as("the same").isFalse();
    assertThat(known.overtakes(row(2, 1, 6))).isFalse();
    assertThat(MergedRow.EMPTY.withRollback(row(2, 1, 5)).overtakes(row(2, 1, 4)))
        .as("in the other topic")
        .isFalse();
  }

  @Test
  void versionsCompareByGenerationThenEpochThenStep() {
    RowVersion low = version(1, 9, 9);
    assertThat(MergedRow.VERSION_ORDER.compare(low, version(2, 0, 0))).isNegative();
    assertThat(MergedRow.VERSION_ORDER.compare(low, version(1, 10, 0))).isNegative();
    assertThat(MergedRow.VERSION_ORDER.compare(low, version(1, 9, 10))).isNegative();
    assertThat(MergedRow.VERSION_ORDER.compare(low, version(1, 9, 9))).isZero();
  }

  private static EmbeddingRow row(long incarnation, long generation, long step) {
    return EmbeddingRow.newBuilder()
        .setIncarnation(incarnation)
        .setVersion(version(generation, 0, step))
        .setVector(Vectors.fp32(new float[] {incarnation, generation, step}))
        .build();
  }

  private static RowVersion version(long generation, long epoch, long step) {
    return RowVersion.newBuilder().setGeneration(generation).setEpoch(epoch).setStep(step).build();
  }
}
