package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewExamplesTest {
  private static final FineTuneConfig.UserBound BOUND =
      new FineTuneConfig.UserBound(2, 2, 100, Duration.ofSeconds(1_000));
  private final UserCursor cursor = new UserCursor();

  @Test
  void theFirstEventIsCountedAndTeachesNothing() {
    NewExamples.Result result = batch(record(1, 0, "a"));
    assertThat(result.withoutHistory()).isEqualTo(1);
    assertThat(result.examples()).hasSize(1);
    TrainingExample first = result.examples().get(0);
    assertThat(first.isFirst()).isTrue();
    assertThat(first.target()).isEqualTo("a");
    assertThat(first.isHeartbeat()).isFalse();
  }

  @Test
  void eventsOlderThanAllBeforeLiftNoItemAtWill() {
    int counted = 0;
    for (int i = 1; i <= 50; i++) {
      counted += batch(record(i, 0, "a", "b", "c")).examples().size();
    }
    assertThat(counted).as("as the bound of one user and item says").isEqualTo(BOUND.perItem());
  }

  @Test
  void eachNewEntryIsOneExample() {
    batch(record(1, 0, "a"));
    List<TrainingExample> examples = batch(record(2, 1, "a", "b")).examples();
    assertThat(examples).hasSize(1);
    assertThat(examples.get(0).target()).isEqualTo("b");
    assertThat(examples.get(0).history()).containsExactly("a");
    assertThat(examples.get(0).eventId()).isEqualTo("e2");
  }

  @Test
  void aRepeatedRecordTeachesNothing() {
    batch(record(1, 0, "a"));
    batch(record(2, 1, "a", "b"));
    assertThat(batch(record(2, 1, "a", "b")).examples()).isEmpty();
    assertThat(batch(record(1, 0, "a")).examples()).isEmpty();
  }

  @Test
  void aGapIsFilledFromTheNextRecord() {
    batch(record(1, 0, "a"));
    List<TrainingExample> examples = batch(record(4, 3, "a", "b", "c", "d")).examples();
    assertThat(examples).extracting(TrainingExample::target).containsExactly("b", "c", "d");
    assertThat(examples).extracting(TrainingExample::eventId).containsExactly("", "", "e4");
  }

  @Test
  void aGapLongerThanTheHistoryIsFilledAsFarAsItGoes() {
    List<TrainingExample> examples = batch(record(40, 2, "x", "y", "z")).examples();
    assertThat(examples).extracting(TrainingExample::target).containsExactly("x", "y", "z");
  }

  @Test
  void aLateEventIsLearnedAtItsPlace() {
    batch(record(1, 0, "a"));
    batch(record(2, 1, "a", "c"));
    List<TrainingExample> examples = batch(record(3, 1, "a", "b", "c")).examples();
    assertThat(examples).hasSize(1);
    assertThat(examples.get(0).target()).isEqualTo("b");
    assertThat(examples.get(0).history()).containsExactly("a");
    assertThat(examples.get(0).late()).as("others came after it").isTrue();
    assertThat(batch(record(4, 3, "a", "b", "c", "d")).examples().get(0).late()).isFalse();
    assertThat(batch(record(6, 5, "a", "b", "c", "d", "e", "f")).examples())
        .as("what fills a gap came in its turn")
        .noneMatch(TrainingExample::late);
  }

  @Test
  void aDislikeTeachesTheOppositeAndIsNoHistory() {
    batch(record(1, 0, "a"));
    TrainingExample dislike = batch(disliking(record(2, 1, "a", "b"), 1)).examples().get(0);
    assertThat(dislike.target()).isEqualTo("b");
    assertThat(dislike.history()).containsExactly("a");
    assertThat(dislike.weight()).isEqualTo(-1);
    TrainingExample next = batch(disliking(record(3, 2, "a", "b", "c"), 1)).examples().get(0);
    assertThat(next.history()).containsExactly("a");
    assertThat(next.weight()).isEqualTo(1);
  }

  @Test
  void saysHowLongAfterTheEventBeforeItCame() {
    assertThat(batch(record(1, 0, "a")).examples().get(0).idleMs()).isNegative();
    UserHistory.Builder away = record(2, 1, "a", "b").toBuilder();
    away.getEntriesBuilder(1).setEventTimeMs(away.getEntries(0).getEventTimeMs() + 86_400_000);
    assertThat(batch(away.build()).examples().get(0).idleMs()).isEqualTo(86_400_000);
  }

  @Test
  void aDislikeWithNothingBeforeItTeachesNothingAndTheFirstLikeIsFirst() {
    assertThat(batch(disliking(record(1, 0, "a"), 0)).examples()).isEmpty();
    TrainingExample like = batch(disliking(record(2, 1, "a", "b"), 0)).examples().get(0);
    assertThat(like.isFirst()).isTrue();
    assertThat(like.target()).isEqualTo("b");
  }

  @Test
  void whoTookAnItemByMistakeMaySaySoWithinTheBound() {
    batch(record(1, 0, "a"));
    batch(record(2, 1, "a", "b"));
    batch(record(3, 1, "a", "b"));
    assertThat(batch(record(4, 1, "a", "b")).overBound()).as("likes of b").isEqualTo(1);
    int dislikes = 0;
    for (int seq = 5; seq < 50; seq++) {
      String before = "a" + seq; // each teaches, so that only the bound on dislikes holds
      dislikes += batch(disliking(record(seq, 2, before, "b", "b"), 2)).examples().size();
    }
    assertThat(dislikes).as("as many as likes").isEqualTo(BOUND.perItem());
  }

  private static UserHistory disliking(UserHistory record, int index) {
    UserHistory.Builder other = record.toBuilder();
    other.getEntriesBuilder(index).setWeight(-1);
    return other.build();
  }

  @Test
  void rebuildsAndDeletionsTeachNothing() {
    UserHistory rebuilt =
        record(7, 1, "a", "b").toBuilder().setCause(UserHistory.Cause.REBUILD).build();
    assertThat(batch(rebuilt).examples()).isEmpty();
    assertThat(cursor.seq()).isEqualTo(7);
    assertThat(batch(record(8, 2, "a", "b", "c")).examples()).hasSize(1);
  }

  /** Compaction took the deletion's own records: the old cursor stayed, and nobody confirmed it. */
  @Test
  void aHistoryFromAfterADeletionForgetsWhatWasKeptAndTellsOfItOnce() {
    for (int seq = 1; seq <= 50; seq++) {
      batch(record(seq, 1, "a", "b"));
    }
    assertThat(batch(record(50, 1, "a", "b")).deletedMs()).isZero();
    NewExamples.Result back = batch(deleted(record(52, 2, "kept", "a", "b"), 90));
    assertThat(back.deletedMs()).isEqualTo(90);
    assertThat(back.examples())
        .as("of the entries the last came since, and the bound counts from the deletion on")
        .extracting(TrainingExample::target)
        .containsExactly("b");
    assertThat(batch(deleted(record(53, 1, "a", "b"), 90)).deletedMs()).as("told once").isZero();
    UserCursor read = UserCursor.fromBytes(cursor.toBytes());
    assertThat(NewExamples.of(deleted(record(54, 1, "a", "b"), 90), read, BOUND).deletedMs())
        .as("and it is part of the state")
        .isZero();
    assertThat(batch(deleted(record(1, 0, "a"), 95)).examples()).as("counted anew").hasSize(1);
  }

  private static UserHistory deleted(UserHistory record, long deletedMs) {
    return record.toBuilder().setDeletedMs(deletedMs).build();
  }

  @Test
  void oneUserCannotTeachOneItemWithoutEnd() {
    batch(record(1, 0, "a"));
    int learned = 0;
    int refused = 0;
    for (int seq = 2; seq <= 50; seq++) {
      NewExamples.Result result = batch(record(seq, 1, "a", "bot"));
      learned += result.examples().size();
      refused += result.overBound();
    }
    assertThat(learned).isEqualTo(2);
    assertThat(refused).isEqualTo(47);
  }

  @Test
  void whatStoodInEnoughHistoriesOfAUserTeachesNoMore() {
    batch(record(1, 0, "a"));
    assertThat(batch(record(2, 1, "a", "b")).examples().get(0).teaches()).containsExactly(true);
    assertThat(batch(record(3, 2, "a", "b", "c")).examples().get(0).teaches())
        .containsExactly(true, true);
    TrainingExample third = batch(record(4, 3, "a", "b", "c", "d")).examples().get(0);
    assertThat(third.teaches()).containsExactly(false, true, true);
    assertThat(third.history()).as("ranked with all").containsExactly("a", "b", "c");
  }

  @Test
  void anExampleOfWhichNothingTeachesIsRefused() {
    cursor.teach(new String[] {"a"}, BOUND);
    cursor.teach(new String[] {"a"}, BOUND);
    cursor.advanceTo(1);
    NewExamples.Result refused = batch(record(2, 1, "a", "b"));
    assertThat(refused.examples()).isEmpty();
    assertThat(refused.overBound()).isEqualTo(1);
  }

  @Test
  void theCursorSurvivesItsBytes() {
    cursor.advanceTo(9);
    assertThat(cursor.allow("a", 5, BOUND)).isTrue();
    assertThat(cursor.allow("a", 5, BOUND)).isTrue();
    UserCursor read = UserCursor.fromBytes(cursor.toBytes());
    assertThat(read.seq()).isEqualTo(9);
    assertThat(read.allow("a", 6, BOUND)).isFalse();
    assertThat(read.allow("a", 1_000_000, BOUND)).isTrue();
  }

  private NewExamples.Result batch(UserHistory record) {
    return NewExamples.of(record, cursor, BOUND);
  }

  private static UserHistory record(long seq, int newIndex, String... items) {
    UserHistory.Builder record =
        UserHistory.newBuilder()
            .setDomain("shop")
            .setUser("u")
            .setSeq(seq)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(newIndex)
            .setEventId("e" + seq)
            .setPublishedMs(5);
    for (int i = 0; i < items.length; i++) {
      record.addEntries(HistoryEntry.newBuilder().setItem(items[i]).setEventTimeMs(100 + i));
    }
    return record.build();
  }
}
