package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.jobs.finetune.Trainer.Checkpoint;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The domain's weights are learned in one place, and are versioned as rows are. */
class RankerRowTest extends TrainerCase {
  private static final byte[] PRIOR = RankerCodec.encode(RankerState.of(RankerPrior.weights()));

  private void clicks(int count) {
    for (int i = 0; i < count; i++) {
      topics.click("i" + (i % 5), "i" + (5 + i % 6), ++nowMs);
    }
  }

  private static byte[] weights(Trainer trainer) {
    return RankerCodec.encode(trainer.learner().ranker().state());
  }

  private byte[] published() {
    return Objects.requireNonNull(topics.weights()).getRanker().toByteArray();
  }

  @Test
  void learnsFromTheEventsThatItRanksAndPublishesThem() {
    Trainer trainer = start(Checkpoint.NONE);
    assertThat(weights(trainer)).isEqualTo(PRIOR);
    clicks(10);
    trainer.passAll();
    assertThat(weights(trainer)).isNotEqualTo(PRIOR);
    assertThat(published()).isEqualTo(weights(trainer));
    EmbeddingRow row = Objects.requireNonNull(topics.weights());
    assertThat(row.hasVector()).isFalse();
    assertThat(row.getVersion().getStep()).isPositive();
    int before = topics.rows().size();
    trainer.passAll();
    assertThat(topics.rows()).as("unchanged, so not sent again").hasSize(before);
  }

  @Test
  void oneShardLearnsAndTheOthersFollow() {
    Trainer owner = start(Checkpoint.NONE);
    Trainer other =
        new Trainer(topics, Checkpoint.NONE, nowMs, item -> !item.equals(Identifiers.RANKER_ITEM));
    started.add(other);
    clicks(10);
    owner.passAll();
    other.pass(0);
    assertThat(weights(other)).isEqualTo(weights(owner)).isNotEqualTo(PRIOR);
    byte[] followed = weights(other);
    other.learner().onExample(SmallModel.example("i1", "i2"), nowMs + 1_000_000);
    other.learner().learn();
    assertThat(weights(other)).as("it does not learn").isEqualTo(followed);
  }

  @Test
  void goesOnFromACheckpointAndSendsWhatWasNotSent() {
    Trainer first = start(Checkpoint.NONE);
    clicks(10);
    first.passAll();
    clicks(5);
    first.take(5);
    Checkpoint checkpoint = first.checkpoint();
    byte[] learned = weights(first);
    assertThat(published()).isNotEqualTo(learned);

    Trainer second = start(checkpoint);
    assertThat(weights(second)).isEqualTo(learned);
    second.passAll();
    assertThat(published()).isEqualTo(learned);
  }

  @Test
  void withoutStateItGoesOnFromWhatWasPublished() {
    Trainer first = start(Checkpoint.NONE);
    clicks(10);
    first.passAll();
    assertThat(weights(start(Checkpoint.NONE))).isEqualTo(weights(first));
  }

  @Test
  void aRollbackTakesItsPlaceAndIsLearnedOn() {
    Trainer trainer = start(Checkpoint.NONE);
    clicks(5);
    trainer.passAll();
    EmbeddingRow then = Objects.requireNonNull(topics.weights());
    clicks(5);
    trainer.passAll();
    topics.rollBackWeights(1, then);
    trainer.pass(0);
    assertThat(weights(trainer)).isEqualTo(then.getRanker().toByteArray());
    clicks(5);
    trainer.passAll();
    assertThat(Objects.requireNonNull(topics.weights()).getVersion().getGeneration()).isEqualTo(1);
    assertThat(published()).isEqualTo(weights(trainer));
    topics.rollBackWeights(2, null);
    trainer.pass(0);
    assertThat(weights(trainer)).as("the prior stands again").isEqualTo(PRIOR);
  }

  @Test
  void weightsThatWentOutInTheMiddleOfARollbackGoOutOnceMoreAsTheyWereTakenBack() {
    Trainer trainer = start(Checkpoint.NONE);
    clicks(5);
    trainer.passAll();
    EmbeddingRow then = Objects.requireNonNull(topics.weights());
    topics.rollBackToCold("i1", 1);
    clicks(5);
    trainer.passAll(); // it has read the first row of the rollback, and the weights' are to come
    assertThat(Objects.requireNonNull(topics.weights()).getVersion().getGeneration()).isEqualTo(1);
    topics.rollBackWeights(1, then);
    trainer.passAll();
    assertThat(weights(trainer)).isEqualTo(then.getRanker().toByteArray());
    assertThat(published()).isEqualTo(then.getRanker().toByteArray());
  }

  @Test
  void weightsThatWentOutInTheMiddleOfARollbackAreNotTakenUpByASuccessor() {
    Trainer first = start(Checkpoint.NONE);
    clicks(5);
    first.passAll();
    EmbeddingRow then = Objects.requireNonNull(topics.weights());
    topics.rollBackToCold("i1", 1);
    clicks(5);
    first.passAll();
    Checkpoint after = first.checkpoint();
    topics.rollBackWeights(1, then);
    for (Checkpoint from : List.of(Checkpoint.NONE, after)) {
      Trainer second = start(from);
      second.pass(0);
      assertThat(weights(second)).isEqualTo(then.getRanker().toByteArray());
      assertThat(published()).isEqualTo(then.getRanker().toByteArray());
    }
  }

  @Test
  void aRollbackWhileItWasDownIsNotUndone() {
    Trainer first = start(Checkpoint.NONE);
    clicks(10);
    first.passAll();
    Checkpoint checkpoint = first.checkpoint();
    topics.rollBackWeights(1, null);
    Trainer second = start(checkpoint);
    second.passAll();
    assertThat(weights(second)).isEqualTo(PRIOR);
    assertThat(Objects.requireNonNull(topics.weights()).hasVector()).isFalse();
    assertThat(topics.weights().getRanker().isEmpty()).isTrue();
  }

  @Test
  void anotherWritersWeightsAreOvertakenAndBadOnesLeftOut() {
    Trainer trainer = start(Checkpoint.NONE);
    clicks(10);
    trainer.passAll();
    byte[] own = weights(trainer);
    EmbeddingRow row = Objects.requireNonNull(topics.weights());
    topics.tuned(
        row.toBuilder()
            .setItem(Identifiers.RANKER_ITEM)
            .setVersion(RowVersion.newBuilder().setEpoch(1).setStep(900))
            .setRanker(ByteString.copyFrom(PRIOR))
            .build());
    trainer.passAll();
    assertThat(weights(trainer)).isEqualTo(own);
    EmbeddingRow last = topics.rows().get(topics.rows().size() - 1).row();
    assertThat(Objects.requireNonNull(last).getRanker().toByteArray()).isEqualTo(own);
    topics.rollBackWeights(1, row.toBuilder().setRanker(ByteString.copyFromUtf8("bad")).build());
    trainer.passAll();
    assertThat(weights(trainer)).isEqualTo(own);
    assertThat(published()).as("and sent over it").isEqualTo(own);
  }

  @Test
  void anotherBundleGoesOnWithTheWeights() {
    Trainer old = start(Checkpoint.NONE);
    clicks(10);
    old.passAll();
    TrainerTopics others = new TrainerTopics();
    for (int i = 0; i < 12; i++) {
      others.cold("i" + i, 1, 1, SmallModel.vector(i));
    }
    try (Trainer next = new Trainer(others, Checkpoint.NONE, nowMs)) {
      next.learner().rankerRow().carry(old.learner().ranker().state());
      next.passAll();
      assertThat(Objects.requireNonNull(others.weights()).getRanker().toByteArray())
          .isEqualTo(weights(old));
    }
  }
}
