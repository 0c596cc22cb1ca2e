package dev.headwater.store.cycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalEntryTest {
  private static final SealedVersion VERSION =
      new SealedVersion(
          "toys",
          "m1",
          4,
          VersionStatus.SEALED,
          -9,
          3,
          2,
          1,
          Map.of("cold/0", 8L),
          100,
          0,
          List.of("ok: fine"),
          null);

  private static JournalEntry entry(JournalEntry.Deed deed) {
    return new JournalEntry("n1", 12, Map.of("tuned/3", 5L), deed);
  }

  @Test
  void readsWhatItWrote() {
    List<JournalEntry.Deed> deeds =
        List.of(
            JournalEntry.Deed.PROGRESS,
            JournalEntry.Deed.sealed(VERSION),
            JournalEntry.Deed.judged(VERSION.withStatus(VersionStatus.REJECTED)),
            JournalEntry.Deed.deleted(new ItemDeletion("toys", "a", 7, "sre")),
            JournalEntry.Deed.retired(EngineFixture.TOYS));
    for (JournalEntry.Deed deed : deeds) {
      assertThat(JournalEntry.read(entry(deed).toJson())).isEqualTo(entry(deed));
    }
  }

  /** Compaction keeps the last progress, and of other deeds all. */
  @Test
  void onlyProgressIsReplaced() {
    assertThat(entry(JournalEntry.Deed.PROGRESS).key()).isEqualTo("PROGRESS");
    assertThat(entry(JournalEntry.Deed.sealed(VERSION)).key()).isEqualTo("SEALED/4");
    assertThat(entry(JournalEntry.Deed.judged(VERSION)).key()).isEqualTo("JUDGED/4");
    assertThat(entry(JournalEntry.Deed.retired(EngineFixture.TOYS)).key())
        .isEqualTo("RETIRED/toys/m1");
  }

  @Test
  void aDeedOfALaterReleaseChangesNothingAndWhatIsNoEntryIsNone() {
    byte[] later =
        "{\"node\":\"n\",\"announced\":1,\"offsets\":{},\"deed\":{\"kind\":\"MOVED\",\"to\":1}}"
            .getBytes(StandardCharsets.UTF_8);
    JournalEntry read = requireNonNull(JournalEntry.read(later));
    assertThat(read.deed().kind()).isEqualTo(JournalEntry.Kind.UNKNOWN);
    assertThat(JournalEntry.read("nonsense".getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(JournalEntry.read("{}".getBytes(StandardCharsets.UTF_8))).isNull();
  }
}
