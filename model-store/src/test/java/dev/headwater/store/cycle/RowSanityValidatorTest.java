package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.ended;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowSanityValidatorTest {
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private StoreEngine engine;

  @BeforeEach
  void start() {
    open();
    engine.announceModel(TOYS.domain(), TOYS.model(), "ann");
    for (String item : List.of("a", "b", "c")) {
      engine.take(cold(0, item, 1, 1, 1));
    }
    assertThat(seal().status()).isEqualTo(VersionStatus.ANNOUNCED);
  }

  private void open() {
    engine = engine(store, log, new RowSanityValidator(1_000, 3));
  }

  private SealedVersion seal() {
    SealedVersion judged = engine.runCycle().get(0);
    return engine.require(judged.version());
  }

  @Test
  void whatIsNotFiniteIsRefused() {
    engine.take(tuned(0, "a", 0, 1, Float.NaN));
    SealedVersion refused = seal();
    assertThat(refused.status()).isEqualTo(VersionStatus.REJECTED);
    assertThat(refused.verdicts()).anyMatch(said -> said.contains("item a has a value"));
  }

  @Test
  void aVersionThatStillHoldsTheBadRowIsRefusedToo() {
    engine.take(tuned(0, "a", 0, 1, 5_000));
    assertThat(seal().status()).isEqualTo(VersionStatus.REJECTED);
    engine.take(tuned(1, "b", 0, 2, 1.5f));
    assertThat(seal().status()).as("a is in it").isEqualTo(VersionStatus.REJECTED);
    open();
    engine.take(tuned(2, "c", 0, 3, 1.5f));
    assertThat(seal().status()).as("also after a restart").isEqualTo(VersionStatus.REJECTED);
    engine.take(tuned(3, "a", 0, 4, 1.5f));
    assertThat(seal().status()).isEqualTo(VersionStatus.ANNOUNCED);
    engine.take(tuned(4, "b", 0, 5, 1.2f));
    assertThat(seal().status()).isEqualTo(VersionStatus.ANNOUNCED);
  }

  @Test
  void anItemThatEndedIsNoLongerInTheWay() {
    engine.take(tuned(0, "a", 0, 1, 5_000));
    assertThat(seal().status()).isEqualTo(VersionStatus.REJECTED);
    engine.take(ended(1, "a", 1));
    assertThat(seal().status()).isEqualTo(VersionStatus.ANNOUNCED);
  }
}
