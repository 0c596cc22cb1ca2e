package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import org.junit.jupiter.api.Test;

class WrittenRowsTest {
  private static final String KEY = "shop/m1/i1";
  private static final String ITEM = "shop/i1";

  private final WrittenRows written = new WrittenRows(10);

  private boolean hasNewer(long incarnation, long revision) {
    return written.hasNewer(KEY, ITEM, new Text(incarnation, revision));
  }

  @Test
  void aLaterTextIsNewerAndAnEarlierOneIsNot() {
    assertThat(hasNewer(3, 5)).as("nothing was decided").isFalse();
    written.put(KEY, new Text(3, 5));
    assertThat(hasNewer(3, 4)).isTrue();
    assertThat(hasNewer(2, 9)).isTrue();
    assertThat(hasNewer(3, 5)).as("it is what stands").isFalse();
    assertThat(hasNewer(3, 6)).as("of another attempt").isFalse();
  }

  @Test
  void anEndIsNewerThanTheIncarnationsThatItEnds() {
    written.put(KEY, Text.DELETED);
    written.end(ITEM, 3);
    assertThat(hasNewer(3, 5)).isTrue();
    assertThat(hasNewer(4, 6)).as("the item began again").isFalse();
  }

  /** A tombstone of a release before did not say. */
  @Test
  void anEndThatNamesNoIncarnationMayEndAny() {
    written.put(KEY, Text.DELETED);
    written.end(ITEM, IncarnationHeader.NONE);
    assertThat(hasNewer(4, 6)).isTrue();
  }

  @Test
  void besideAnEndThatStandsALaterIncarnationIsNewer() {
    written.put(KEY, new Text(3, 5));
    assertThat(written.hasNewer(KEY, 2)).isTrue();
    assertThat(written.hasNewer(KEY, 3)).as("over, by another attempt").isFalse();
    written.put(KEY, Text.DELETED);
    assertThat(written.hasNewer(KEY, 3)).isFalse();
  }
}
