package dev.headwater.events.announce;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.AnnouncedTable;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.Announcement.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncementBookTest {
  private final AnnouncementBook book = new AnnouncementBook();

  private static Announcement.Builder about(long sequence, Kind kind, long version) {
    return Announcement.newBuilder()
        .setDomain("toys")
        .setModel("m1")
        .setModelVersion("m1")
        .setSequence(sequence)
        .setKind(kind)
        .setTableVersion(version)
        .setTableChecksum(100 + version)
        .setAnnouncedVersion(version);
  }

  private AnnouncedState state() {
    return requireNonNull(book.state("toys"));
  }

  @Test
  void whatIsNotNewerThanWhatWasTakenLastChangesNothing() {
    book.apply(about(1, Kind.ANNOUNCED, 3).build());
    book.apply(about(2, Kind.PINNED, 3).build());
    book.apply(about(3, Kind.ANNOUNCED, 5).setAnnouncedVersion(3).build());
    book.apply(about(4, Kind.UNPINNED, 5).build());
    AnnouncedState now = state();
    assertThat(now.announcedVersion()).isEqualTo(5);
    book.apply(about(2, Kind.PINNED, 3).build());
    book.apply(about(4, Kind.UNPINNED, 5).build());
    assertThat(state()).isEqualTo(now);
    assertThat(book.history()).hasSize(4);
  }

  @Test
  void aModelSwitchThatWasTakenBeforeIsNotTakenAgain() {
    Announcement first = about(1, Kind.ANNOUNCED, 0).build();
    book.apply(first);
    book.apply(about(2, Kind.ANNOUNCED, 0).setModel("m2").setModelVersion("m2").build());
    book.apply(first);
    assertThat(book.model("toys")).as("a repeat switches nothing back").isEqualTo("m2");
    assertThat(book.models("toys")).containsExactlyInAnyOrder("m1", "m2");
  }

  @Test
  void theSumIsBoundedHoweverLongTheLogIs() {
    int size = 0;
    for (int i = 1; i <= 20_000; i++) {
      Announcement.Builder next =
          switch (i % 100) {
            case 0 -> about(i, Kind.ROLLED_BACK, i - 5).setGeneration(i);
            case 1 -> about(i, Kind.REJECTED, i);
            case 2 -> about(i, Kind.ANNOUNCED, 0).setModel("m" + i % 1000).setModelVersion("m1");
            default -> about(i, Kind.ANNOUNCED, i).setGeneration(i - i % 100);
          };
      for (int partition = 0; partition < 37; partition++) {
        next.putOffsets("topic-of-some-length/" + partition, i);
      }
      book.apply(next.build());
      if (i == 10_000) {
        size = book.sum("toys").getSerializedSize();
      }
    }
    assertThat(book.sum("toys").getSerializedSize()).isBetween(size / 2, size * 11 / 10);
    assertThat(size).isLessThan(20_000);
    assertThat(book.highestVersion()).isEqualTo(20_000 - 1);
  }

  @Test
  void aSumThatIsNotNewerChangesNothing() {
    book.apply(about(1, Kind.ANNOUNCED, 3).build());
    AnnouncedDomain early = book.sum("toys");
    book.apply(about(2, Kind.ANNOUNCED, 5).build());
    book.take(early);
    assertThat(state().announcedVersion()).isEqualTo(5);
    assertThat(book.sequence("toys")).isEqualTo(2);
  }

  @Test
  void askingMakesNothingKnown() {
    assertThat(book.state("toys", "m9").announcedVersion()).isZero();
    assertThat(book.fences("toys", "m9").generation()).isZero();
    assertThat(book.models("toys")).isEmpty();
    assertThat(book.states()).isEmpty();
    assertThat(book.model("toys")).isNull();
  }

  @Test
  void aMissingNumberShows() {
    assertThat(book.isGapBefore(about(1, Kind.ANNOUNCED, 1).build())).isFalse();
    book.apply(about(1, Kind.ANNOUNCED, 1).build());
    assertThat(book.isGapBefore(about(1, Kind.ANNOUNCED, 1).build())).isFalse();
    assertThat(book.isGapBefore(about(3, Kind.ANNOUNCED, 3).build())).isTrue();
    assertThat(book.sequence("toys")).isEqualTo(1);
  }

  @Test
  void announcementsOfAnOlderReleaseHaveNoNumberAndStillCount() {
    book.apply(about(0, Kind.ANNOUNCED, 1).build());
    book.apply(about(0, Kind.ANNOUNCED, 2).build());
    book.apply(about(0, Kind.ANNOUNCED, 1).build());
    assertThat(state().announcedVersion()).isEqualTo(2);
    book.apply(about(1, Kind.ANNOUNCED, 3).build());
    assertThat(state().announcedVersion()).isEqualTo(3);
  }

  @Test
  void encoderAndIndexParametersAreSwitchedTogether() {
    book.apply(
        about(1, Kind.ANNOUNCED, 0).setIndexParameters("flat").setAnnouncedVersion(0).build());
    book.apply(about(2, Kind.ANNOUNCED, 4).build());
    assertThat(state().indexParameters()).isEqualTo("flat");
    book.apply(
        about(3, Kind.ANNOUNCED, 0)
            .setModel("m2")
            .setModelVersion("m2")
            .setIndexParameters("cells=9")
            .build());
    assertThat(state().modelVersion()).isEqualTo("m2");
    assertThat(state().indexParameters()).isEqualTo("cells=9");
    assertThat(state().announcedVersion()).isZero();
  }

  @Test
  void aRejectedOrRetractedVersionIsNeverServed() {
    book.apply(about(1, Kind.ANNOUNCED, 1).build());
    book.apply(about(2, Kind.REJECTED, 2).setAnnouncedVersion(1).build());
    book.apply(about(3, Kind.RETRACTED, 3).setAnnouncedVersion(1).build());
    assertThat(state().announcedVersion()).isEqualTo(1);
    assertThat(book.highestVersion()).isEqualTo(3);
    assertThat(book.highestServed("toys", "m1")).isEqualTo(1);
    assertThat(book.isRefused("toys", "m1", 2)).isTrue();
  }

  @Test
  void aRowIsLateByAnyGenerationAfterItsOwn() {
    GenerationFences fences =
        GenerationFences.NONE.with(1, Map.of(0, 100L)).with(2, Map.of(0, 50L));
    assertThat(fences.isLate(0, 0, 49)).isFalse();
    assertThat(fences.isLate(0, 0, 60)).as("the second began before the first").isTrue();
    assertThat(fences.isLate(1, 0, 60)).isTrue();
    assertThat(fences.isLate(2, 0, 1000)).isFalse();
    assertThat(fences.isLate(0, 7, 0)).as("a partition nobody had read").isTrue();
  }

  @Test
  void whatAPersonDidIsRememberedHoweverMuchIsAnnouncedAfterIt() {
    AnnouncementBook audited = new AnnouncementBook();
    audited.apply(
        Announcement.newBuilder()
            .setDomain("toys")
            .setModelVersion("m1")
            .setKind(Announcement.Kind.ANNOUNCED)
            .setSequence(1)
            .setAnnouncedMs(1)
            .setReason("model published")
            .setWho("ann")
            .build());
    for (int i = 2; i < 3_000; i++) {
      for (String domain : List.of("toys", "books")) {
        audited.apply(
            Announcement.newBuilder()
                .setDomain(domain)
                .setModelVersion("m1")
                .setKind(Announcement.Kind.ANNOUNCED)
                .setTableVersion(i)
                .setSequence(i)
                .setAnnouncedMs(i)
                .build());
      }
    }
    List<Announcement> history = audited.history();
    assertThat(history.get(0).getWho()).isEqualTo("ann");
    assertThat(history).hasSize(1 + 2 * AnnouncementHistory.ROUTINE_MAX);
    assertThat(history).isSortedAccordingTo(Comparator.comparingLong(Announcement::getAnnouncedMs));
    assertThat(history.get(history.size() - 1).getSequence()).isEqualTo(2_999);
  }

  /** A table that stays bad had pushed out what people did before within an hour and a half. */
  @Test
  void ofVersionsThatAreRefusedOneAfterTheOtherTheFirstAndTheNewestAreRemembered() {
    AnnouncementBook book = new AnnouncementBook();
    book.apply(about("m1", Announcement.Kind.ANNOUNCED, 1).toBuilder().setWho("ann").build());
    for (int i = 2; i < 5_000; i++) {
      book.apply(refused(i));
    }
    book.apply(
        about("m1", Announcement.Kind.ANNOUNCED, 5_000).toBuilder().setTableVersion(1).build());
    book.apply(refused(5_001));

    assertThat(book.history())
        .extracting(Announcement::getSequence)
        .containsExactlyInAnyOrder(1L, 2L, 4_999L, 5_000L, 5_001L);
  }

  private static Announcement refused(long sequence) {
    return about("m1", Announcement.Kind.REJECTED, sequence).toBuilder()
        .setTableVersion(sequence)
        .build();
  }

  /** Rows of a bundle outlive what is known of its versions: a later rollback began at 1 again. */
  @Test
  void theGenerationOfABundleIsKnownHoweverManyWereAnnouncedSince() {
    AnnouncementBook book = new AnnouncementBook();
    book.apply(about("m1", Announcement.Kind.ANNOUNCED, 1).toBuilder().setTableVersion(1).build());
    book.apply(
        about("m1", Announcement.Kind.ROLLED_BACK, 2).toBuilder()
            .setTableVersion(1)
            .setGeneration(3)
            .putGenerationStartOffsets(0, 40)
            .build());
    GenerationFences fences = book.fences("toys", "m1");
    for (int i = 2; i <= 40; i++) {
      book.apply(about("m" + i, Announcement.Kind.ANNOUNCED, i + 1));
    }
    AnnouncementBook started = new AnnouncementBook();
    started.take(book.sum("toys"));
    for (AnnouncementBook each : List.of(book, started)) {
      assertThat(each.fences("toys", "m1")).isEqualTo(fences);
      assertThat(each.fences("toys", "m1").generation()).isEqualTo(3);
      assertThat(each.highestServed("toys", "m1")).as("no more is kept").isZero();
    }
    assertThat(started.sum("toys").getTablesCount()).isEqualTo(17);
    started.apply(about("m1", Announcement.Kind.RETIRED, 42));
    assertThat(started.sum("toys").getTablesCount()).as("of a retired one nothing").isEqualTo(16);
  }

  @Test
  void aRetiredBundleIsNamedNoMoreAndAStartKnowsIt() {
    AnnouncementBook book = new AnnouncementBook();
    book.apply(about("m1", Announcement.Kind.ANNOUNCED, 1));
    book.apply(about("m2", Announcement.Kind.ANNOUNCED, 2));
    book.apply(about("m1", Announcement.Kind.RETIRED, 3));
    book.apply(about("m1", Announcement.Kind.REJECTED, 4));
    AnnouncementBook started = new AnnouncementBook();
    started.take(book.sum("toys"));
    for (AnnouncementBook each : List.of(book, started)) {
      assertThat(each.models("toys")).containsExactly("m2");
      assertThat(each.isRetired("toys", "m1")).isTrue();
      assertThat(each.isRetired("toys", "m2")).isFalse();
      assertThat(each.sequence("toys")).isEqualTo(4);
      assertThat(each.sum("toys").getTablesList())
          .extracting(AnnouncedTable::getModel)
          .containsExactly("m2");
    }
  }

  private static Announcement about(String model, Announcement.Kind kind, long sequence) {
    return Announcement.newBuilder()
        .setDomain("toys")
        .setModel(model)
        .setModelVersion(model)
        .setKind(kind)
        .setSequence(sequence)
        .build();
  }
}
