package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.finetune.Trainer.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a rollback took back stays taken back, whatever a trainer starts again from. */
class RestartAfterRollbackTest extends TrainerCase {
  private void click(String item) {
    topics.click(item, "i9", ++nowMs);
  }

  @Test
  void aRollbackWhileItWasDownIsNotUndone() {
    Trainer first = start(Checkpoint.NONE);
    click("i3");
    first.pass(1);
    EmbeddingRow then = topics.served("i3");
    click("i3");
    first.pass(1);
    Checkpoint checkpoint = first.checkpoint();
    topics.rollBack("i3", 1, then);

    Trainer second = start(checkpoint);
    second.passAll();

    assertThat(topics.served("i3").getVector()).isEqualTo(then.getVector());
    assertThat(second.working("i3")).isEqualTo(topics.servedVector("i3"));
    assertThat(second.interactions("i3")).isEqualTo(1);
  }

  @Test
  void aRollbackToTheColdRowWhileItWasDownIsNotUndone() {
    Trainer first = start(Checkpoint.NONE);
    click("i3");
    first.pass(1);
    Checkpoint checkpoint = first.checkpoint();
    topics.rollBack("i3", 1, null);

    Trainer second = start(checkpoint);
    second.passAll();

    assertThat(topics.servedVector("i3")).isEqualTo(SmallModel.vector(3));
    assertThat(second.working("i3")).isEqualTo(SmallModel.vector(3));
  }

  @Test
  void aCrashBeforeTheNextCheckpointDoesNotUndoARollback() {
    Trainer first = start(Checkpoint.NONE);
    click("i3");
    first.pass(1);
    EmbeddingRow then = topics.served("i3");
    click("i3");
    first.pass(1);
    Checkpoint checkpoint = first.checkpoint();
    topics.rollBack("i3", 1, then);
    first.pass(0); // adopts it, in memory alone

    Trainer second = start(checkpoint);
    second.passAll();

    assertThat(topics.served("i3").getVector()).isEqualTo(then.getVector());
    assertThat(second.interactions("i3")).isEqualTo(1);
  }

  private enum Saved {
    NOTHING,
    BEFORE,
    AFTER
  }

  /** It took what its predecessor had sent under the new generation for what was to stand. */
  @ParameterizedTest
  @EnumSource
  void aCrashInTheMiddleOfARollbackDoesNotUndoIt(Saved saved) {
    Trainer first = start(Checkpoint.NONE);
    click("i4");
    first.pass(1);
    EmbeddingRow then = topics.served("i4");
    click("i4");
    first.pass(1);
    Checkpoint before = first.checkpoint();
    topics.rollBack("i3", 1, null);
    click("i4");
    first.pass(1); // it has read the first row of the rollback, and that of i4 is to come
    EmbeddingRow early = topics.served("i4");
    assertThat(early.getVersion().getGeneration()).isEqualTo(1);
    Checkpoint after = first.checkpoint();
    topics.rollBack("i4", 1, then);

    Trainer second =
        start(
            switch (saved) {
              case NOTHING -> Checkpoint.NONE;
              case BEFORE -> before;
              case AFTER -> after;
            });
    second.pass(0);

    assertThat(topics.served("i4").getVector()).isEqualTo(then.getVector());
    assertThat(topics.served("i4").getVersion()).isNotEqualTo(early.getVersion());
    assertThat(second.working("i4")).isEqualTo(topics.servedVector("i4"));
    click("i4");
    second.passAll();
    EmbeddingRow learned = topics.served("i4");
    assertThat(learned.getVector()).isNotEqualTo(then.getVector());
    Trainer third = start(second.checkpoint());
    third.passAll();
    assertThat(topics.served("i4")).as("what was learned since stands").isEqualTo(learned);
  }

  @Test
  void whatWasLearnedAfterARollbackOutlivesACrash() {
    Trainer first = start(Checkpoint.NONE);
    click("i3");
    first.pass(1);
    Checkpoint checkpoint = first.checkpoint();
    topics.rollBack("i3", 1, null);
    first.pass(0);
    click("i3");
    first.pass(1);
    EmbeddingRow learned = topics.served("i3");
    assertThat(learned.getVersion().getGeneration()).isEqualTo(1);

    Trainer second = start(checkpoint);
    second.passAll();

    assertThat(topics.served("i3").getVector()).isEqualTo(learned.getVector());
    assertThat(second.interactions("i3")).as("learned once").isEqualTo(1);
  }

  @Test
  void anOlderSavepointUndoesNeitherRollbackNorWhatCameAfter() {
    Trainer first = start(Checkpoint.NONE);
    click("i3");
    click("i4");
    first.pass(2);
    Checkpoint savepoint = first.checkpoint();
    EmbeddingRow then = topics.served("i3");
    click("i3");
    click("i4");
    first.pass(2);
    topics.rollBack("i3", 1, then);
    first.pass(0);
    click("i4");
    first.pass(1);
    EmbeddingRow other = topics.served("i4");

    Trainer second = start(savepoint);
    second.pass(0);

    assertThat(topics.served("i3").getVector()).isEqualTo(then.getVector());
    assertThat(topics.served("i4")).isEqualTo(other);
    second.passAll(); // reads clicks again from the savepoint on
    assertThat(second.interactions("i4")).as("each click learned once").isEqualTo(3);
    assertThat(topics.served("i4").getInteractionsLearned()).isEqualTo(3);
  }
}
