package dev.headwater.jobs.finetune;

import static dev.headwater.jobs.finetune.SmallModel.cold;
import static dev.headwater.jobs.finetune.SmallModel.coldTombstone;
import static dev.headwater.jobs.finetune.SmallModel.example;
import static dev.headwater.jobs.finetune.SmallModel.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.jobs.kafka.OutRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keyed state holds of rows before a barrier, and what after one. */
class SavedRowsTest {
  private static final FineTuneConfig CONFIG = FineTuneConfig.of(SmallModel.MODEL);
  private static final int ROWS = 20;

  private final FineTuneStats stats = FineTuneStats.of("saved-rows-test-" + System.nanoTime());
  private final List<OutRecord> out = new ArrayList<>();
  private final Tables tables =
      new Tables(SmallModel.open(), OnlineConfig.defaults().withNegatives(8), 1);
  private final Learner learner = new Learner(CONFIG, tables, stats, item -> true, 0);
  private final Publisher publisher =
      SmallModel.publisher(
          CONFIG, learner, stats, new Publisher.Outputs("rows", out::add, learner::setBack));
  private final Session session =
      new Session(CONFIG, stats, tables, learner, publisher, new RowInbox(), new TestFeed());
  private final OwnerState state;
  private final SavedRows saved;

  SavedRowsTest() throws Exception {
    state = new HeapState(List.of()).ofOwner();
    saved = new SavedRows("d", state);
  }

  @BeforeEach
  void load() {
    learner.publishTo(publisher);
    SmallModel.load(learner, ROWS);
    for (int item = 0; item < 8; item++) {
      learner.onExample(example("i" + item, "i10", "i11"), 500 + item);
    }
    learner.onTick(600);
    saved.loaded(learner);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  private void saveLoaded() throws Exception {
    boolean more;
    do {
      more = saved.saveLoaded(session);
    } while (more);
  }

  private RowCodec.Saved saved(String item) throws Exception {
    return RowCodec.read(Objects.requireNonNull(state.row("d", item), item));
  }

  @Test
  void rowsThatCameWithLoadingAreInTheStateBeforeTheFirstBarrier() throws Exception {
    assertThat(learner.touched()).isGreaterThanOrEqualTo(8);
    saveLoaded();
    assertThat(learner.touched()).isZero();
    assertThat(state.items("d")).contains("i0", "i7");
    assertThat(saved("i3").interactions()).isEqualTo(1);
    assertThat(state.takeChanged()).isPositive();
    saved.save(session);
    assertThat(state.takeChanged()).as("nothing changed since").isZero();
  }

  @Test
  void whatChangesAfterwardsIsSavedAtTheBarrier() throws Exception {
    saveLoaded();
    learner.onExample(example("i3", "i10", "i11"), 1_000);
    learner.onTick(1_100);
    assertThat(saved.saveLoaded(session)).as("it did not come with loading").isFalse();
    assertThat(saved("i3").interactions()).isEqualTo(1);
    saved.save(session);
    assertThat(saved("i3").interactions()).isEqualTo(2);
  }

  @Test
  void anItemThatEndedAndBeganAgainBeforeTheBarrierKeepsItsState() throws Exception {
    learner.onRow(coldTombstone("i3", 100), 700);
    learner.onRow(cold("i3", 2, 2, vector(3)), 710);
    learner.onExample(example("i3", "i10", "i11"), 720);
    learner.onTick(800);
    saved.loaded(learner);
    saveLoaded();
    assertThat(saved("i3").incarnation()).isEqualTo(2);
    saved.save(session);
    assertThat(saved("i3").incarnation()).isEqualTo(2);
  }

  @Test
  void whatEndedAfterItWasSavedIsGoneAtTheBarrier() throws Exception {
    saveLoaded();
    assertThat(state.items("d")).contains("i3");
    learner.onRow(coldTombstone("i3", 100), 700);
    saved.save(session);
    assertThat(state.items("d")).doesNotContain("i3").contains("i4");
  }
}
