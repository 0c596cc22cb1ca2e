package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.CLOCK;
import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A primary and, beside it, an engine that does what is in its journal. */
class ReplayTest {
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private final EmbeddingStore there = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final EmbeddingStore here = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AnnouncementBook book = new AnnouncementBook();
  private StoreEngine standby = standBy(); // fenced by the primary, which comes after it
  private Runnable whileJudging = () -> {};
  private final StoreEngine primary =
      engine(
          there,
          log,
          new TableValidator() {
            @Override
            public String name() {
              return "hook";
            }

            @Override
            public Validation validate(Candidate candidate) {
              whileJudging.run();
              return Validation.pass("");
            }
          });
  private long offset = 100;
  private int announced;
  private int done;

  /** Begins to stand by, with what the directory holds; takes over, it would fence the primary. */
  private StoreEngine standBy() {
    EngineParts parts =
        new EngineParts(
            here,
            log.open(),
            book,
            List.of(),
            Surroundings.NONE,
            new StoreMetrics(registry),
            CLOCK);
    return StoreEngine.standby(parts, CycleConfig.defaults(), new RowLog(Topics.DEFAULT));
  }

  private void take(RowRecord record) {
    primary.take(record);
    standby.take(record);
  }

  private void carry(String item) {
    EmbeddingRow row =
        requireNonNull(cold(offset, item, 1, 1, 1).row()).toBuilder().setModel("m2").build();
    take(RowRecord.of(RowRecord.Kind.COLD, new Keys.RowKey("toys", "m2", item), offset++, row));
  }

  /** A cycle of the primary, and all of it in the standby. */
  private void cycle() {
    primary.runCycle();
    log.announcements().stream().skip(announced).forEach(book::apply);
    announced = log.announcements().size();
    log.deeds().stream().skip(done).forEach(this::replay);
    done = log.deeds().size();
    replay(JournalEntry.Deed.PROGRESS);
  }

  private void replay(JournalEntry.Deed deed) {
    standby.replay(new JournalEntry("n1", announced, Map.of(), deed));
  }

  /** A primary that ends between sealing and saying so leaves a number that its successor uses. */
  @Test
  void aVersionOfWhichNobodyKnowsIsNotTakenForTheSuccessors() {
    take(cold(0, "a", 1, 1, 1));
    standby.flush();
    long number = here.state(TOYS).openVersion();
    here.seal(TOYS, 0, CLOCK.millis() - 1);
    take(cold(1, "b", 1, 1, 1));
    primary.runCycle();
    assertThat(there.versions(TOYS)).extracting(SealedVersion::version).contains(number);
    log.deeds().forEach(this::replay);
    assertThat(here.versions(TOYS))
        .as("neither judged as the other was, nor replaced")
        .extracting(SealedVersion::version, SealedVersion::status)
        .containsExactly(tuple(number, VersionStatus.SEALED));
    assertThat(missed()).isEqualTo(1);
  }

  /**
   * A deletion changes sums: nobody compared them any more, and one number stood for two tables.
   */
  @Test
  void theSuccessorsNumberIsNotTakenForAVersionOfWhichAnItemWasDeletedSince() {
    primary.announceModel("toys", "m1", "ann");
    take(cold(0, "a", 1, 1, 1));
    standby.flush();
    long number = here.seal(TOYS, 0, CLOCK.millis() - 1).version();
    take(cold(1, "b", 1, 1, 1));
    primary.runCycle();
    assertThat(there.versions(TOYS)).extracting(SealedVersion::version).containsExactly(number);
    standby.deleteFromSight(new ItemDeletion("toys", "a", 5_000, "ann"));
    cycle();
    assertThat(here.versions(TOYS))
        .extracting(SealedVersion::version, SealedVersion::deleted, SealedVersion::status)
        .containsExactly(tuple(number, 1L, VersionStatus.RETRACTED));
  }

  /** It stayed sealed in the standby for good: a rollback is all that was ever said of it. */
  @Test
  void whatWasSealedAndRolledBackBeforeItWasJudgedIsTakenBackInTheStandby() {
    primary.announceModel("toys", "m1", "ann");
    take(cold(0, "a", 1, 1, 1));
    cycle();
    long good = there.versions(TOYS).get(0).version();
    take(tuned(0, "a", 0, 1, 2));
    whileJudging =
        () -> {
          whileJudging = () -> {};
          primary.rollback(good, "learned badly", "sre");
        };
    cycle();
    assertThat(there.versions(TOYS))
        .extracting(SealedVersion::status)
        .startsWith(VersionStatus.ANNOUNCED, VersionStatus.RETRACTED);
    assertThat(here.versions(TOYS)).startsWith(there.versions(TOYS).toArray(new SealedVersion[2]));
  }

  /** Announcements and journal are read beside each other: its verdicts were lost. */
  @Test
  void aVersionThatIsKnownAsAnnouncedBeforeItsVerdictsAreReadHasThemAllTheSame() {
    primary.announceModel("toys", "m1", "ann");
    take(cold(0, "a", 1, 1, 1));
    primary.runCycle();
    log.announcements().forEach(book::apply);
    announced = log.announcements().size();
    List<JournalEntry.Deed> deeds = log.deeds();
    assertThat(deeds)
        .extracting(JournalEntry.Deed::kind)
        .endsWith(JournalEntry.Kind.SEALED, JournalEntry.Kind.JUDGED, JournalEntry.Kind.ANNOUNCED);
    deeds.subList(0, deeds.size() - 2).forEach(this::replay);
    replay(JournalEntry.Deed.PROGRESS);
    assertThat(here.versions(TOYS))
        .extracting(SealedVersion::status)
        .containsExactly(VersionStatus.ANNOUNCED);
    deeds.subList(deeds.size() - 2, deeds.size()).forEach(this::replay);
    assertThat(there.versions(TOYS).get(0).verdicts()).isNotEmpty();
    assertThat(here.versions(TOYS)).isEqualTo(there.versions(TOYS));
  }

  /** The book remembers the newest 512: older ones were taken back by the standby's take-over. */
  @Test
  void aVersionThatWasAnnouncedLongAgoIsServableAfterTheTakeOverOfOneThatWasAway() {
    primary.announceModel("toys", "m1", "ann");
    List<RowRecord> rows = new ArrayList<>();
    List<Integer> deeds = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      RowRecord row = i == 0 ? cold(0, "a", 1, 1, 1) : tuned(i, "a", 0, i, i);
      primary.take(row);
      primary.runCycle();
      rows.add(row);
      deeds.add(log.deeds().size());
    }
    List<SealedVersion> announced = there.versions(TOYS);
    log.announcements().forEach(book::apply);
    standby = standBy();
    for (int i = 0; i < rows.size(); i++) {
      standby.take(rows.get(i));
      log.deeds().subList(i == 0 ? 0 : deeds.get(i - 1), deeds.get(i)).forEach(this::replay);
    }
    replay(JournalEntry.Deed.PROGRESS);
    standby.takeOver();
    assertThat(standby.rows(announced.get(9).version(), "", 1)).hasSize(1);
    assertThat(log.announcements())
        .extracting(Announcement::getKind)
        .containsOnly(Announcement.Kind.ANNOUNCED);
    assertThat(here.versions(TOYS)).isEqualTo(announced);
  }

  private double missed() {
    return registry.counter("headwater.store.standby.versions.missed").count();
  }

  @Test
  void aRetiredBundleIsForgottenAsThePrimaryForgetsIt() {
    primary.announceModel("toys", "m1", "ann");
    take(cold(0, "a", 1, 1, 1));
    take(cold(1, "b", 1, 1, 1));
    take(tuned(0, "a", 0, 1, 2));
    cycle();
    assertThat(here.versions(TOYS)).hasSize(1).isEqualTo(there.versions(TOYS));
    primary.announceModel("toys", "m2", "ann");
    carry("a");
    carry("b");

    primary.retire("toys", "m1", "old", "ann");
    cycle();
    assertThat(here.versions(TOYS))
        .extracting(SealedVersion::status)
        .containsExactly(VersionStatus.RETRACTED);
    log.ended()
        .forEach(
            (item, incarnation) ->
                take(RowRecord.ended(new Keys.RowKey("toys", "m1", item), offset++, incarnation)));
    cycle();
    assertThat(here.versions(TOYS)).hasSize(2).isEqualTo(there.versions(TOYS));
    int deeds = log.deeds().size();
    cycle();
    assertThat(log.deeds()).as("nothing is noted of it any more").hasSize(deeds);

    for (StoreEngine each : List.of(primary, standby)) {
      while (each.retain()) {
        // step by step
      }
    }
    assertThat(there.versions(TOYS)).isEmpty();
    assertThat(here.versions(TOYS)).isEmpty();
    assertThat(here.state(TOYS)).isEqualTo(there.state(TOYS));
    assertThat(here.state(TOYS).rows()).isZero();
    assertThat(here.state(TOYS).touched()).isZero();
  }
}
