package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ModelTableTest implements ModelTable.RowListener {
  private final List<String> refused = new ArrayList<>();
  private final ModelTable table =
      new ModelTable(
          Rows.MODEL,
          2,
          new RowGuard(0.01f, 10),
          Clock.fixed(Instant.ofEpochMilli(5), ZoneOffset.UTC),
          this,
          ScanIndex::new);

  @Override
  public void onVisible(LiveRow row) {
    assertThat(row.visibleMs()).isEqualTo(5);
  }

  @Override
  public void onRefused(EmbeddingRow row, String why) {
    refused.add(why);
  }

  private float[] vector() {
    float[] vector = new float[2];
    return table.vectors().readItem(0, vector) ? vector : new float[0];
  }

  @Test
  void keepsWhatItServedWhenARowFailsAGuard() {
    table.onRow(0, Rows.inCold(0, Rows.cold("d", "i", 1, 1, 0)));
    table.onRow(0, Rows.inTuned(0, Rows.tuned("d", "i", 1, 1, Float.NaN, 0)));
    table.onRow(0, Rows.inTuned(1, Rows.tuned("d", "i", 1, 2, 99, 0)));
    table.onRow(0, Rows.inTuned(2, Rows.tuned("d", "i", 1, 3, 0, 0)));
    table.onRow(0, Rows.inTuned(3, Rows.tuned("d", "i", 1, 4, 1, 2, 3)));
    assertThat(refused)
        .containsExactly("not_finite", "norm_too_large", "norm_too_small", "dimension");
    assertThat(vector()).containsExactly(1, 0);
    assertThat(table.row(0).refused()).isEqualTo("dimension");
    table.onRow(0, Rows.inTuned(4, Rows.tuned("d", "i", 1, 5, 0, 1)));
    assertThat(vector()).containsExactly(0, 1);
    assertThat(table.row(0).refused()).isNull();
  }

  @Test
  void servesNothingOfAnEarlierIncarnationWhenTheNewRowFails() {
    table.onRow(0, Rows.inCold(0, Rows.cold("d", "i", 1, 1, 0)));
    table.onRow(0, Rows.inCold(1, Rows.cold("d", "i", 2, Float.POSITIVE_INFINITY, 0)));
    assertThat(vector()).isEmpty();
  }

  @Test
  void aLateRowNeverBringsADeletedItemBack() {
    table.onRow(0, Rows.inCold(0, Rows.cold("d", "i", 1, 1, 0)));
    table.onRow(0, Rows.inCold(1, null));
    table.onRow(0, Rows.inTuned(9, Rows.tuned("d", "i", 1, 9, 0, 1)));
    assertThat(vector()).isEmpty();
    assertThat(table.vectors().size()).isZero();
  }

  @Test
  void keepsNoTextVectors() {
    table.onRow(0, Rows.inCold(0, Rows.cold("d", "i", 1, 1, 0)));
    assertThat(Objects.requireNonNull(table.live(0)).row().hasTextVector()).isFalse();
  }
}
