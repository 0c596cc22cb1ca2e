package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.WriteSet;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GenerationNotesTest {
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();

  private static long seal(StoreEngine engine) {
    List<SealedVersion> sealed = engine.runCycle();
    return sealed.get(sealed.size() - 1).version();
  }

  /**
   * One store learned a row that the other, from the same version, rolled back without knowing it.
   *
   * @param read what the other had read of the tuned topic
   */
  private void divergeFromOneThatHadRead(WriteSet read) {
    StoreEngine ahead = engine(store, log);
    ahead.announceModel("toys", "m1", "ann");
    ahead.take(cold(0, "a", 1, 1, 1));
    long version = seal(ahead);
    ahead.take(tuned(0, "a", 0, 1, 2));
    ahead.flush();
    EmbeddingStore behind = new InMemoryEmbeddingStore(VectorFormat.FP32);
    behind.mintAbove(version);
    StoreEngine other = engine(behind, log);
    other.take(cold(0, "a", 1, 1, 1));
    behind.write(read);
    other.rollback(seal(other), "why", "bob");
  }

  private void assertThatItCannotLeadAgain() {
    assertThatThrownBy(() -> engine(store, log))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.DIVERGED));
  }

  @Test
  void aDirectoryWhoseRowsARollbackElsewhereRefusedCannotLeadAgain() {
    divergeFromOneThatHadRead(new WriteSet().offset("embeddings.fine-tuned/0", 0));
    assertThatItCannotLeadAgain();
  }

  /** The fence names no such partition; readers take every older row of it for late. */
  @Test
  void soIsOneThatReadAPartitionOfWhichTheOtherHadReadNothing() {
    divergeFromOneThatHadRead(new WriteSet());
    assertThatItCannotLeadAgain();
  }

  /** What was appended, and nobody heard: such a producer is of no more use. */
  private AnnouncementLog withoutAnAnswer(AnnouncementLog writer, String to) {
    AtomicReference<@Nullable StoreException> refusal = new AtomicReference<>();
    return (AnnouncementLog)
        Proxy.newProxyInstance(
            AnnouncementLog.class.getClassLoader(),
            new Class<?>[] {AnnouncementLog.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("refusal")) {
                return refusal.get();
              }
              Object answer = method.invoke(writer, arguments);
              if (method.getName().equals(to)) {
                refusal.set(new StoreException(StoreException.Code.STORAGE_FAILED, "no answer"));
                throw requireNonNull(refusal.get());
              }
              return answer;
            });
  }

  /** Its rows waited while the rollback was asked for: a lone store never started again. */
  @Test
  void aStoreThatNeverHeardWhetherItRolledBackLeadsAgainAfterARestart() {
    StoreEngine engine = engine(store, log, withoutAnAnswer(log.open(), "rollBack"));
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(tuned(0, "a", 0, 1, 2));
    long version = seal(engine);
    assertThatThrownBy(() -> engine.rollback(version, "why", "bob")).hasMessage("no answer");
    assertThatThrownBy(() -> engine.take(tuned(1, "a", 0, 2, 3))).hasMessageContaining("restart");
    assertThatThrownBy(() -> engine.passOver("embeddings.fine-tuned", 0, 2))
        .hasMessageContaining("restart");
    engine.flush();

    StoreEngine again = engine(store, log);
    assertThat(again.book().fences("toys", "m1").generation()).isEqualTo(1);
    again.take(tuned(1, "a", 0, 2, 3));
    again.flush();
    assertThat(requireNonNull(store.get(EngineFixture.TOYS, "a")).vector()[0]).isEqualTo(2);
  }

  /** Found by the simulation, seed 73599: a row that it took after that was ended by nobody. */
  @Test
  void aStoreThatNeverHeardWhetherItRetiredEndsWhatComesAfterARestart() {
    StoreEngine engine = engine(store, log, withoutAnAnswer(log.open(), "retire"));
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.announceModel("toys", "m2", "ann");
    engine.take(
        RowRecord.of(
            RowRecord.Kind.COLD,
            new Keys.RowKey("toys", "m2", "a"),
            1,
            requireNonNull(cold(1, "a", 1, 1, 1).row()).toBuilder().setModel("m2").build()));
    assertThatThrownBy(() -> engine.retire("toys", "m1", "old", "bob")).hasMessage("no answer");
    RowRecord late = cold(2, "b", 1, 1, 1);
    assertThatThrownBy(() -> engine.take(late)).hasMessageContaining("restart");

    StoreEngine again = engine(store, log);
    again.take(late);
    again.flush();
    assertThat(log.endedLate())
        .extracting(each -> each.kind() + " " + each.key())
        .contains("COLD toys/m1/b");
  }
}
