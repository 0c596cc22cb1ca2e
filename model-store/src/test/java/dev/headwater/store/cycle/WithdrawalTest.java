package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.RowLog;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bad learning takes itself back, and only what the store did itself it undoes itself. */
class WithdrawalTest {
  private final InMemoryEmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private WithdrawConfig config = new WithdrawConfig(true, 2);
  private long nowMs = 1_000;
  private long step;
  private boolean badRows;
  private boolean unrelated;
  private boolean broken;
  private QualityMonitor.@Nullable Fall fall;
  private StoreEngine engine;

  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return Instant.ofEpochMilli(nowMs);
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };

  private final Surroundings measured =
      new Surroundings() {
        @Override
        public List<QualityWindow> quality(TableId table) {
          return List.of();
        }

        @Override
        public QualityMonitor.@Nullable Fall fall(TableId table) {
          return fall;
        }

        @Override
        public String qualityDetails(TableId table) {
          return "as measured";
        }

        @Override
        public long catalogItems(String domain) {
          return 0;
        }
      };

  /** A validator that refuses while its switch is on. */
  private record Gate(String name, boolean judgesLearning, BooleanSupplier shut)
      implements TableValidator {
    @Override
    public Validation validate(Candidate candidate) {
      return shut.getAsBoolean() ? Validation.veto("shut") : Validation.pass("open");
    }
  }

  @BeforeEach
  void start() {
    engine = open();
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    seal();
  }

  private boolean crashes() {
    if (broken) {
      throw new IllegalStateException("the disk does not answer");
    }
    return false;
  }

  /** It has judged nothing: the version is not announced, and what was learned is not bad. */
  @Test
  void aValidatorThatCrashesTakesNothingBack() {
    learn();
    broken = true;
    assertThat(learn().status()).isEqualTo(VersionStatus.REJECTED);
    assertThat(state().pinned()).isFalse();
  }

  /** A store process that has read the log and taken over. */
  private StoreEngine open() {
    AnnouncementBook book = new AnnouncementBook();
    log.sums().forEach(book::take); // as a start reads it: sums, not the log
    registry = new SimpleMeterRegistry();
    StoreEngine opened =
        new StoreEngine(
            new EngineParts(
                store,
                log.open(),
                book,
                List.of(
                    new Gate("rows", true, () -> badRows),
                    new Gate("other", false, () -> unrelated),
                    new Gate("broken", true, this::crashes),
                    new QualityValidator()),
                measured,
                new StoreMetrics(registry),
                clock),
            CycleConfig.defaults().withWithdraw(config),
            new RowLog(Topics.DEFAULT));
    opened.takeOver();
    opened.caughtUp();
    return opened;
  }

  private SealedVersion learn() {
    engine.take(tuned(step, "a", state().generation(), ++step, (float) step));
    return seal();
  }

  private SealedVersion seal() {
    nowMs += 5_000;
    List<SealedVersion> sealed = engine.runCycle();
    return sealed.get(sealed.size() - 1);
  }

  private AnnouncedState state() {
    return requireNonNull(engine.book().state("toys"));
  }

  private Announcement last() {
    return log.announcements().get(log.announcements().size() - 1);
  }

  private double withdrawn() {
    return registry.get("headwater.store.withdrawn").gauge().value();
  }

  @Test
  void aVersionOfBadRowsPinsTheLastGoodOneAndSaysWhy() {
    long good = learn().version();
    badRows = true;
    assertThat(learn().status()).isEqualTo(VersionStatus.REJECTED);
    assertThat(state().announcedVersion()).isEqualTo(good);
    assertThat(state().isWithdrawn()).isTrue();
    assertThat(requireNonNull(state().pin()).why()).isEqualTo("rows: shut");
    assertThat(last().getKind()).isEqualTo(Announcement.Kind.PINNED);
    assertThat(last().getWho()).isEqualTo("automatic");
    assertThat(withdrawn()).isEqualTo(1);
    learn();
    assertThat(log.announcements())
        .filteredOn(each -> each.getKind() == Announcement.Kind.PINNED)
        .hasSize(1);
  }

  @Test
  void enoughGoodVersionsInARowLetItGoOn() {
    badRows = true;
    learn();
    badRows = false;
    learn();
    badRows = true;
    learn();
    badRows = false;
    learn();
    assertThat(state().pinned()).as("not in a row").isTrue();
    long good = learn().version();
    assertThat(state().pinned()).isFalse();
    assertThat(state().announcedVersion()).isEqualTo(good);
    assertThat(last().getWho()).isEqualTo("automatic");
    assertThat(withdrawn()).isZero();
  }

  @Test
  void aMeasuredFallGoesBackToBeforeItBeganAndWaitsForNoCycle() {
    long good = learn().version();
    long beganMs = nowMs + 1;
    long doubtful = learn().version();
    learn();
    assertThat(state().announcedVersion()).isGreaterThan(doubtful);
    fall = new QualityMonitor.Fall(beganMs, "HR@10 fell");
    engine.measured(TOYS);
    assertThat(state().announcedVersion()).isEqualTo(good);
    assertThat(last().getReason()).isEqualTo("quality: HR@10 fell");
    assertThat(learn().verdicts()).anyMatch(said -> said.startsWith("quality: VETO HR@10 fell"));
    fall = null;
    learn();
    engine.measured(TOYS);
    assertThat(state().pinned()).isTrue();
    learn();
    assertThat(state().pinned()).isFalse();
  }

  @Test
  void aStoreThatStartsAgainKnowsItsOwnPin() {
    badRows = true;
    learn();
    engine = open();
    assertThat(state().isWithdrawn()).isTrue();
    assertThat(withdrawn()).isEqualTo(1);
    badRows = false;
    learn();
    assertThat(state().pinned()).as("it counts anew").isTrue();
    learn();
    assertThat(state().pinned()).isFalse();
  }

  @Test
  void whatAPersonPinnedStays() {
    long first = state().announcedVersion();
    learn();
    engine.pin(first, "a sale", "bob");
    badRows = true;
    learn();
    assertThat(requireNonNull(state().pin()).who()).isEqualTo("bob");
    badRows = false;
    engine = open();
    learn();
    learn();
    learn();
    assertThat(state().announcedVersion()).isEqualTo(first);
    assertThat(requireNonNull(state().pin()).who()).isEqualTo("bob");
  }

  @Test
  void aPersonWhoPinsOverItTakesItFromTheStore() {
    long first = state().announcedVersion();
    learn();
    badRows = true;
    learn();
    engine.pin(first, "to be sure", "bob");
    badRows = false;
    learn();
    learn();
    learn();
    assertThat(state().announcedVersion()).isEqualTo(first);
    engine.unpin("toys", "seen", "bob");
    assertThat(state().pinned()).isFalse();
  }

  @Test
  void aPersonWhoLetsItGoOnIsNotContradictedUntilSomethingWasGood() {
    badRows = true;
    learn();
    engine.unpin("toys", "I know", "bob");
    learn();
    engine = open();
    learn();
    assertThat(state().pinned()).isFalse();
    badRows = false;
    learn();
    badRows = true;
    learn();
    assertThat(state().isWithdrawn()).isTrue();
  }

  @Test
  void aRollbackLetsItGoOnToo() {
    long good = learn().version();
    badRows = true;
    learn();
    engine.rollback(good, "clean up", "bob");
    assertThat(state().pinned()).isFalse();
    learn();
    assertThat(state().pinned()).isFalse();
    badRows = false;
    learn();
    assertThat(state().announcedVersion()).isGreaterThan(good);
  }

  @Test
  void whatIsNotAboutLearningOrNothingToGoBackToPinsNothing() {
    unrelated = true;
    learn();
    assertThat(state().pinned()).isFalse();
    unrelated = false;
    fall = new QualityMonitor.Fall(0, "since ever");
    engine.measured(TOYS);
    assertThat(state().pinned()).isFalse();
  }

  @Test
  void itCanBeSwitchedOff() {
    config = new WithdrawConfig(false, 2);
    engine = open();
    badRows = true;
    learn();
    assertThat(state().pinned()).isFalse();
  }
}
