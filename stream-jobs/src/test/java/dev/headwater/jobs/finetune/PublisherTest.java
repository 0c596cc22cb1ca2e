package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.jobs.kafka.OutRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A budget of 40 rows a second, ten of them saved up: what goes out first, and what waits. */
class PublisherTest {
  private static final int ROWS = 30;
  private static final int MAX_AGE_MS = 600;
  private static final int DRIFT_MAX_AGE_MS = 10_000;
  private static final FineTuneConfig DEFAULTS = FineTuneConfig.of(SmallModel.MODEL);

  private final FineTuneStats stats = FineTuneStats.of("publisher-test-" + System.nanoTime());
  private final List<String> sent = new ArrayList<>();
  private final List<EmbeddingRow> rows = new ArrayList<>();
  private final Tables tables = new Tables(SmallModel.open(), OnlineConfig.defaults(), 1);
  private final Learner learner = new Learner(DEFAULTS, tables, stats, item -> true, 0);
  private final Publisher publisher = publisher();

  private Publisher publisher() {
    FineTuneConfig config =
        new FineTuneConfig(
            SmallModel.MODEL,
            FineTuneConfig.Settings.of(
                Map.of(
                    "publish.interval",
                    "100 ms",
                    "publish.age-max",
                    MAX_AGE_MS + " ms",
                    "publish.drift-age-max",
                    DRIFT_MAX_AGE_MS + " ms",
                    "publish.rows-per-second",
                    40)));
    return SmallModel.publisher(
        config, learner, stats, new Publisher.Outputs("rows", this::took, learner::setBack));
  }

  @BeforeEach
  void load() {
    learner.publishTo(publisher);
    SmallModel.load(learner, ROWS);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  /** Until the former time had come once more nothing was sent. */
  @Test
  void aClockThatWasSetBackHoldsNothingUp() {
    changed("i1", 0.5f, true, 3_600_000);
    publisher.tick(3_600_000);
    assertThat(sent).hasSize(1);
    for (int i = 1; i <= 5; i++) {
      changed("i" + i, 1.5f, true, 5_000);
    }
    publisher.tick(5_000);
    publisher.tick(5_200);
    assertThat(sent).as("one of them for the second time").hasSize(6);
  }

  @Test
  void theBudgetIsKeptAndEveryRowGetsItsTurn() {
    for (int i = 0; i < ROWS; i++) {
      changed("i" + i, 0.5f, true, 1_000);
    }
    publisher.tick(1_000);
    assertThat(sent).hasSize(10);
    publisher.tick(1_100);
    assertThat(sent).hasSize(14);
    for (int ms = 1_200; ms <= 2_000; ms += 100) {
      publisher.tick(ms);
    }
    assertThat(sent).hasSize(ROWS).doesNotHaveDuplicates();
  }

  @Test
  void rowsThatOnlyMovedAreLookedAtInTurnsAllWithinASecond() {
    publisher.tick(1_000);
    for (int i = 0; i < 10; i++) {
      changed("i" + i, 0.5f, false, 1_000);
    }
    for (int looked = 1; looked <= 10; looked++) {
      publisher.tick(1_000 + 100 * looked);
      assertThat(sent).as("a tenth of them in a tenth of a second").hasSize(looked);
    }
    assertThat(sent).doesNotHaveDuplicates();
  }

  @Test
  void newRowsComeFirstThenTheLargestChange() {
    changed("i1", 0.2f, true, 500);
    publisher.tick(500);
    sent.clear();
    publisher.tick(1_000);
    changed("i1", 5, true, 1_000);
    for (int i = 2; i < 20; i++) {
      changed("i" + i, i / 20f, true, 1_000);
    }
    publisher.tick(1_000);
    assertThat(sent.get(0)).isEqualTo("i19");
    assertThat(sent).hasSize(10).doesNotContain("i1", "i2");
  }

  @Test
  void whileTheBudgetBindsASmallChangeWaitsButNotForEver() {
    for (int i = 0; i < 6; i++) {
      changed("i" + i, 0.5f, true, 1_000);
    }
    publisher.tick(1_000);
    assertThat(sent).hasSize(6);
    changed("i20", 0.01f, true, 1_000);
    publisher.tick(1_000);
    assertThat(sent).as("small, while four of ten are left").hasSize(6);
    publisher.tick(1_000 + MAX_AGE_MS);
    assertThat(sent).endsWith("i20");
  }

  @Test
  void aRowThatOnlyMovedAlongWaitsLongerThanOneWithAClick() {
    changed("i7", 0.01f, false, 1_000);
    publisher.tick(1_000 + MAX_AGE_MS);
    assertThat(sent).isEmpty();
    publisher.tick(1_000 + DRIFT_MAX_AGE_MS);
    assertThat(sent).containsExactly("i7");
  }

  @Test
  void aRowThatGoesOutWithoutAClickOfItsOwnIsCausedByNone() {
    Row row = Objects.requireNonNull(learner.rows().get("i3"));
    row.learnedClick(click("late", 900, 4_000));
    row.learnedClick(click("early", 800, 4_500));
    changed("i3", 0.5f, true, 5_000);
    publisher.tick(5_000);
    changed("i3", 0.5f, false, 90_000);
    publisher.tick(90_000);
    row.learnedClick(click("next", 950, 95_000));
    changed("i3", 0.5f, true, 95_100);
    publisher.tick(95_100);
    assertThat(rows).extracting(EmbeddingRow::getCausedMs).containsExactly(4_500L, 0L, 95_000L);
    assertThat(rows)
        .extracting(EmbeddingRow::getNewestEventId)
        .containsExactly("late", "late", "next");
  }

  private static TrainingExample click(String event, long eventTimeMs, long publishedMs) {
    return new TrainingExample(
        "i3", "i3", new String[] {"i4"}, new boolean[] {true}, event, eventTimeMs, publishedMs);
  }

  private void took(OutRecord record) {
    sent.add(item(record));
    try {
      rows.add(EmbeddingRow.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Moves a row by some part of its length. */
  private void changed(String item, float part, boolean click, long nowMs) {
    Row row = Objects.requireNonNull(learner.rows().get(item));
    float[] vector = tables.working(row.slot);
    for (int k = 0; k < vector.length; k++) {
      vector[k] *= 1 + part;
    }
    tables.tuner().table().set(row.slot, vector);
    row.urgent = click;
    publisher.changed(row, nowMs);
  }

  private static String item(OutRecord record) {
    try {
      return Keys.parseRow(new String(record.key(), StandardCharsets.UTF_8)).item();
    } catch (dev.headwater.events.json.RejectedRecordException e) {
      throw new AssertionError(e);
    }
  }
}
