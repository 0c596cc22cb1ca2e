package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.UserHistory;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The checks themselves: each rule is broken once, and the ledger says so. */
class LedgerTest {
  private final Topics topics = Topics.DEFAULT;
  private final Ledger ledger = new Ledger(topics);
  private long offset;

  private void take(String topic, String key, byte[] value) throws Exception {
    ledger.onRecord(
        new ConsumerRecord<>(topic, 0, offset++, key.getBytes(StandardCharsets.UTF_8), value));
  }

  private void history(String event, long seq, int newIndex) throws Exception {
    take(
        topics.userHistories(),
        "d/u",
        UserHistory.newBuilder()
            .setEventId(event)
            .setSeq(seq)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(newIndex)
            .addAllEntries(entries(Math.min(50, seq)))
            .build()
            .toByteArray());
  }

  private static List<HistoryEntry> entries(long count) {
    return Collections.nCopies((int) count, HistoryEntry.newBuilder().setItem("i").build());
  }

  private void row(String item, long epoch, long step, long learned) throws Exception {
    take(
        topics.fineTunedRows(),
        "d/m/" + item,
        EmbeddingRow.newBuilder()
            .setItem(item)
            .setIncarnation(1)
            .setVersion(RowVersion.newBuilder().setEpoch(epoch).setStep(step))
            .setInteractionsLearned(learned)
            .build()
            .toByteArray());
  }

  private void announced(long sequence, long version) throws Exception {
    take(
        topics.announcements(),
        "d",
        Announcement.newBuilder()
            .setKind(Announcement.Kind.ANNOUNCED)
            .setModel("m")
            .setSequence(sequence)
            .setTableVersion(version)
            .build()
            .toByteArray());
  }

  @Test
  void aWholeLogBreaksNothing() throws Exception {
    history("e1", 1, 0);
    history("e2", 2, 1);
    row("i", 1, 1, 1);
    announced(1, 0);
    announced(2, 1);
    assertThat(ledger.takeBroken()).isEmpty();
    assertThat(ledger.missing(Set.of("e1", "e2"))).isEmpty();
    assertThat(ledger.examples()).as("the first click has nothing before it").isEqualTo(1);
    assertThat(ledger.learned()).isEqualTo(1);
  }

  @Test
  void aLostClickIsMissing() throws Exception {
    history("e1", 1, 0);
    assertThat(ledger.missing(Set.of("e1", "e2"))).containsExactly("e2");
  }

  @Test
  void aClickAppendedTwiceIsSeen() throws Exception {
    history("e1", 1, 0);
    history("e1", 2, 1);
    assertThat(ledger.takeBroken()).containsExactly("click e1 stands in a history twice");
    assertThat(ledger.takeBroken()).as("told once").isEmpty();
  }

  @Test
  void aGapInAHistoryIsSeen() throws Exception {
    history("e1", 1, 0);
    history("e3", 3, 1);
    assertThat(ledger.takeBroken()).containsExactly("history of d/u goes from 1 to 3");
  }

  @Test
  void aHistoryThatForgotEntriesIsSeen() throws Exception {
    for (int seq = 1; seq <= 60; seq++) {
      history("e" + seq, seq, Math.min(49, seq - 1));
    }
    assertThat(ledger.takeBroken()).as("fifty are kept").isEmpty();
    take(
        topics.userHistories(),
        "d/u",
        UserHistory.newBuilder()
            .setEventId("e61")
            .setSeq(61)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(48)
            .addAllEntries(entries(49))
            .build()
            .toByteArray());
    assertThat(ledger.takeBroken()).containsExactly("history of d/u has 49 entries at 61");
  }

  @Test
  void aRowOfNoHigherVersionIsSeenUntilItIsPutRight() throws Exception {
    row("i", 2, 5, 10);
    row("i", 1, 9, 7);
    assertThat(ledger.takeOvertaken()).isEqualTo(1);
    assertThat(ledger.notTheHighest()).isEqualTo(1);
    assertThat(ledger.learned()).as("the highest counts").isEqualTo(10);
    row("i", 2, 6, 11);
    assertThat(ledger.notTheHighest()).isZero();
  }

  @Test
  void anAnnouncementThatGoesBackIsSeen() throws Exception {
    announced(1, 5);
    announced(2, 5);
    announced(2, 6);
    assertThat(ledger.takeBroken())
        .containsExactly("table version 5 was announced after 5", "announcement 2 came after 2");
  }

  @Test
  void whatSeveralAttemptsGaveUpIsAddedUp() throws Exception {
    for (long dropped : new long[] {0, 3, 1, 2}) {
      QualityWindow window = QualityWindow.newBuilder().setExamplesDropped(dropped).build();
      take(topics.quality(), "d", window.toByteArray());
    }
    assertThat(ledger.dropped()).isEqualTo(5);
  }

  private void rolledBack(String item, long generation, long learned) throws Exception {
    take(
        topics.rollbackRows(),
        "d/m/" + item,
        EmbeddingRow.newBuilder()
            .setItem(item)
            .setIncarnation(1)
            .setVersion(RowVersion.newBuilder().setGeneration(generation))
            .setInteractionsLearned(learned)
            .build()
            .toByteArray());
  }

  private void tuned(String item, long generation, long step, long learned) throws Exception {
    take(
        topics.fineTunedRows(),
        "d/m/" + item,
        EmbeddingRow.newBuilder()
            .setItem(item)
            .setIncarnation(1)
            .setVersion(RowVersion.newBuilder().setGeneration(generation).setStep(step))
            .setInteractionsLearned(learned)
            .build()
            .toByteArray());
  }

  @Test
  void whatARollbackTakesBackWasLearnedAllTheSame() throws Exception {
    tuned("i", 0, 1, 5);
    rolledBack("i", 1, 2);
    assertThat(ledger.takenBack()).isEqualTo(3);
    assertThat(ledger.learned()).isEqualTo(5);
    tuned("i", 1, 2, 3);
    assertThat(ledger.learned()).as("one more").isEqualTo(6);
    assertThat(ledger.notTheHighest()).isZero();
  }

  @Test
  void whatIsLearnedAgainIsNotTakenBackForGood() throws Exception {
    tuned("i", 0, 1, 5);
    rolledBack("i", 1, 2);
    tuned("i", 1, 2, 4);
    ledger.learnedAgain(2);
    assertThat(ledger.takenBackForGood()).isEqualTo(1);
    assertThat(ledger.learned()).isEqualTo(5);
  }

  @Test
  void aRowOfTheNewGenerationMayBeReadBeforeItsRollback() throws Exception {
    tuned("i", 0, 1, 5);
    tuned("i", 1, 2, 3);
    rolledBack("i", 1, 2);
    assertThat(ledger.takenBack()).isEqualTo(3);
    assertThat(ledger.learned()).isEqualTo(6);
  }

  /** A restart that undoes a rollback sends the old row again under the new generation. */
  @Test
  void aRollbackThatIsUndoneCountsAsLearnedTwice() throws Exception {
    tuned("i", 0, 1, 5);
    rolledBack("i", 1, 2);
    tuned("i", 1, 2, 5);
    assertThat(ledger.learned()).isEqualTo(8);
  }
}
