package dev.headwater.idp.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.bundle.BundleContent;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.BundleWriter;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.RowState;
import dev.headwater.idp.text.TextModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a stream's items, by the rule that ColdStartJob has. */
class EarlyItemsTest {
  private static final EncoderConfig SIZE = new EncoderConfig(4, 6, 1, 2, false);
  private static final ColdStartRule RULE = ColdStartRule.of(2);

  /** Three items near the source, one without words. */
  private static final float[][] TEXTS = {{1, 0}, {1, 0}, {1, 0}, {0, 0}};

  private final SourceBundle bundle;
  private final EarlyItems early;
  private final OnlineTuner tuner;
  private final float[] mean;

  EarlyItemsTest(@TempDir Path folder) throws Exception {
    List<SourceItem> items =
        List.of(new SourceItem("s", "a", new float[] {1, 0}, new float[] {4, 0, 0, 0}));
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1))) {
      BundleWriter.write(
          folder.resolve("b"),
          new BundleContent(
              encoder,
              SIZE,
              TextModel.miniLm().tuned("words", Map.of()),
              1,
              items,
              List.of(new BundleManifest.Source("s", 1, 1, "x")),
              Map.of(),
              Map.of(),
              false,
              Precision.FP32));
    }
    bundle = SourceBundle.open(folder.resolve("b"));
    mean = bundle.meanEmbedding();
    early = new EarlyItems(TEXTS, bundle, RULE);
    tuner = new OnlineTuner(bundle.newEncoder(), OnlineConfig.defaults(), 1, 1);
    for (float[] row : early.start()) {
      tuner.add(row);
    }
  }

  @AfterEach
  void close() {
    tuner.close();
  }

  @Test
  void startsFromTheSourcesAndWithoutWordsFromTheirMean() {
    assertThat(row(0)).containsExactly(new float[] {4, 0, 0, 0}, within(1e-5f));
    assertThat(row(3)).containsExactly(mean);
  }

  @Test
  void belowTheThresholdNothingIsRebuilt() {
    learn(0, 0, 8, 0, 0);
    early.refresh(tuner);
    assertThat(row(1)).containsExactly(new float[] {4, 0, 0, 0}, within(1e-5f));
  }

  @Test
  void fromTheThresholdOnWhatNobodyClickedIsMadeFromWhatWasTrained() {
    learn(0, 0, 8, 0, 0);
    learn(1, 0, 8, 0, 0);
    early.refresh(tuner);
    TrainedItems trained = new TrainedItems("own", 2, 4);
    trained.put("0", TEXTS[0], row(0));
    trained.put("1", TEXTS[1], row(1));
    ColdStartRows rule =
        new ColdStartRows(
            RULE, bundle.sourcePool(), TextSlope.none(), trained, bundle.spreadBonus(), mean);
    assertThat(row(2))
        .containsExactly(rule.make(new float[][] {TEXTS[2]}).get(0).vector(), within(1e-3f));
    assertThat(row(2)[1]).as("two of three matches are (0, 8)").isGreaterThan(3);
    assertThat(row(0)).as("clicked").containsExactly(0, 8, 0, 0);
    assertThat(row(3)).as("without words").containsExactly(mean);
  }

  @Test
  void aRebuiltRowKeepsWhatItLearnedInHistories() {
    learn(0, 0, 8, 0, 0);
    learn(1, 0, 8, 0, 0);
    early.refresh(tuner);
    float[] before = row(2);
    RowState state = tuner.state(2);
    float[] moved = state.vector().clone();
    moved[3] += 1;
    tuner.restore(2, new RowState(moved, state.firstMoment(), state.secondMoment(), state.steps()));
    early.refresh(tuner);
    assertThat(row(2)[3]).isCloseTo(before[3] + 1, within(1e-5f));
    assertThat(row(2)[1]).isCloseTo(before[1], within(1e-5f));
  }

  @Test
  void anItemThatIsClickedIsRebuiltNoMore() {
    learn(0, 0, 8, 0, 0);
    learn(1, 0, 8, 0, 0);
    early.clicked(2);
    float[] before = row(2);
    early.refresh(tuner);
    assertThat(row(2)).containsExactly(before);
  }

  private void learn(int item, float... row) {
    RowState state = tuner.state(item);
    tuner.restore(item, new RowState(row, state.firstMoment(), state.secondMoment(), 1));
    early.clicked(item);
  }

  private float[] row(int item) {
    return tuner.table().get(item);
  }
}
