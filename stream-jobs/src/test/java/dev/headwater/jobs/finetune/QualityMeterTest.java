package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.OnlineConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QualityMeterTest {
  private static final EmbeddingRow COLD = EmbeddingRow.newBuilder().setIncarnation(1).build();
  private static final int ITEMS = 40;

  @Test
  void aWindowFarBelowTheWholeIsFlagged() {
    try (Tables tables = new Tables(SmallModel.open(), OnlineConfig.defaults(), 1)) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < ITEMS; i++) {
        float[] vector = SmallModel.vector(i);
        rows.add(new Row("i" + i, tables.add(vector, vector), true, COLD, vector));
      }
      List<Example> good = new ArrayList<>();
      List<Example> bad = new ArrayList<>();
      sort(tables, good, bad);
      QualityMeter meter = new QualityMeter(tables, 100, 0);
      for (int scored = 0; scored < 1_200; scored += good.size()) {
        score(meter, tables, good, rows);
      }
      assertThat(meter.endWindow(1_000).getCollapsed()).isFalse();
      score(meter, tables, bad.subList(0, 50), rows);
      assertThat(meter.endWindow(2_000).getCollapsed()).as("too few to tell").isFalse();
      score(meter, tables, bad.subList(0, 150), rows);
      assertThat(meter.endWindow(3_000).getCollapsed()).isTrue();
      score(meter, tables, good.subList(0, 150), rows);
      assertThat(meter.endWindow(4_000).getCollapsed()).as("recovered").isFalse();
    }
  }

  private static void score(
      QualityMeter meter, Tables tables, List<Example> batch, List<Row> rows) {
    meter.ranked(batch, tables.ranker().ranks(meter.tables(batch)), ITEMS, rows::get);
    for (double rank : tables.ranker().ranks(batch, tables.published())) {
      meter.answered(rank, ITEMS);
    }
  }

  private static void sort(Tables tables, List<Example> good, List<Example> bad) {
    List<Example> all = new ArrayList<>();
    for (int from = 0; from < ITEMS; from++) {
      for (int to = 0; to < ITEMS; to++) {
        if (from != to) {
          all.add(new Example(new int[] {from}, to));
        }
      }
    }
    double[] ranks = tables.ranker().ranks(all, tables.published());
    for (int i = 0; i < ranks.length; i++) {
      (ranks[i] <= 10 ? good : bad).add(all.get(i));
    }
  }
}
