package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PinnedTableTest {
  private final ModelTable live = table();
  private final PinnedTable pinned = new PinnedTable(table(), 7, false);

  private static ModelTable table() {
    return new ModelTable(
        Rows.MODEL,
        2,
        new RowGuard(0.01f, 10),
        Clock.fixed(Instant.ofEpochMilli(5), ZoneOffset.UTC),
        ModelTable.RowListener.NONE,
        ScanIndex::new);
  }

  @BeforeEach
  void rowsOfTheVersion() {
    live.onRow(0, Rows.inCold(0, Rows.cold("d", "a", 1, 1, 0)));
    live.onRow(0, Rows.inTuned(0, Rows.tuned("d", "a", 1, 9, 0, 1)));
    live.onRow(1, Rows.inCold(1, Rows.cold("d", "b", 1, 1, 0)));
    pinned.add(0, Rows.tuned("d", "a", 1, 3, 0.6f, 0.8f));
    pinned.add(1, Rows.cold("d", "b", 1, 1, 0));
  }

  private float[] vector(int code) {
    return vector(pinned, code);
  }

  private static float[] vector(PinnedTable of, int code) {
    float[] vector = new float[2];
    return of.table().vectors().readItem(code, vector) ? vector : new float[0];
  }

  private void follow(int code) {
    pinned.follow(code, live);
  }

  @Test
  void laterRowsStayOut() {
    pinned.begin(live);
    live.onRow(0, Rows.inTuned(1, Rows.tuned("d", "a", 1, 10, -1, 0)));
    follow(0);
    live.onRow(2, Rows.inCold(2, Rows.cold("d", "c", 1, 1, 0)));
    follow(2);
    assertThat(vector(0)).containsExactly(0.6f, 0.8f);
    assertThat(vector(2)).isEmpty();
    assertThat(pinned.table().version()).isEqualTo(7);
  }

  @Test
  void whatWasDeletedIsNotShownBeforeOrAfterItBegan() {
    live.onRow(1, Rows.inCold(5, null));
    pinned.begin(live);
    assertThat(vector(1)).isEmpty();
    live.onRow(0, Rows.inCold(6, null));
    follow(0);
    assertThat(pinned.table().vectors().size()).isZero();
  }

  @Test
  void anotherIncarnationIsNotTheOneOfTheVersion() {
    pinned.begin(live);
    live.onRow(1, Rows.inCold(5, null));
    follow(1);
    live.onRow(1, Rows.inCold(6, Rows.cold("d", "b", 6, 0, 1)));
    follow(1);
    assertThat(vector(1)).isEmpty();
  }

  @Test
  void anIncarnationAfterAnEndThatTheNodeHasHeardOfIsShownOnceItComes() {
    live.onRow(2, RowRecord.ended(new Keys.RowKey("d", Rows.MODEL, "c"), 3, 3));
    pinned.add(2, Rows.cold("d", "c", 8, 0, 1));
    pinned.begin(live);
    assertThat(vector(2)).isEmpty();
    live.onRow(2, Rows.inCold(8, Rows.cold("d", "c", 8, 0.6f, 0.8f)));
    follow(2);
    assertThat(vector(2)).containsExactly(0, 1);
  }

  @Test
  void anItemThatTheNodeHasNotHeardOfIsShownOnceItHas() {
    pinned.add(2, Rows.cold("d", "c", 8, 0, 1));
    pinned.begin(live);
    assertThat(vector(2)).isEmpty();
    live.onRow(2, Rows.inCold(8, Rows.cold("d", "c", 8, 0.6f, 0.8f)));
    follow(2);
    assertThat(vector(2)).as("as it was in the version").containsExactly(0, 1);
  }

  @Test
  void whereLearningWasTakenBackNewItemsAreShownByTheirColdRows() {
    PinnedTable withdrawn = new PinnedTable(table(), 7, true);
    withdrawn.add(0, Rows.tuned("d", "a", 1, 3, 0.6f, 0.8f));
    live.onRow(2, Rows.inCold(2, Rows.cold("d", "c", 1, 1, 0)));
    live.onRow(2, Rows.inTuned(3, Rows.tuned("d", "c", 1, 10, -1, 0)));
    withdrawn.begin(live);
    assertThat(vector(withdrawn, 0)).as("of the version").containsExactly(0.6f, 0.8f);
    assertThat(vector(withdrawn, 1)).as("came before the pin").containsExactly(1, 0);
    assertThat(vector(withdrawn, 2)).as("nothing of what was learned").containsExactly(1, 0);

    live.onRow(3, Rows.inCold(4, Rows.cold("d", "e", 1, 0, 1)));
    withdrawn.follow(3, live);
    assertThat(vector(withdrawn, 3)).as("came under it").containsExactly(0, 1);
    live.onRow(3, Rows.inTuned(5, Rows.tuned("d", "e", 1, 11, -1, 0)));
    withdrawn.follow(3, live);
    assertThat(vector(withdrawn, 3)).containsExactly(0, 1);
    live.onRow(3, Rows.inCold(6, null));
    withdrawn.follow(3, live);
    assertThat(vector(withdrawn, 3)).as("deleted").isEmpty();
  }

  @Test
  void whereLearningWasTakenBackAnItemThatBeganAgainIsShownByItsColdRow() {
    PinnedTable withdrawn = new PinnedTable(table(), 7, true);
    withdrawn.add(0, Rows.tuned("d", "a", 1, 3, 0.6f, 0.8f));
    withdrawn.begin(live);
    live.onRow(0, Rows.inCold(5, null));
    withdrawn.follow(0, live);
    assertThat(vector(withdrawn, 0)).isEmpty();
    live.onRow(0, Rows.inCold(6, Rows.cold("d", "a", 6, 0, 1)));
    withdrawn.follow(0, live);
    assertThat(vector(withdrawn, 0)).containsExactly(0, 1);
  }
}
