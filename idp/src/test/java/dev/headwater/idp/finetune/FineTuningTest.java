package dev.headwater.idp.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.evaluate.CircleEncoder;
import dev.headwater.idp.evaluate.Circles;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TargetData;
import dev.headwater.idp.evaluate.TargetModel;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.heldout.ModelScorer;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.text.TextVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FineTuningTest {
  private static final DomainData TARGET = Circles.domain("target", Circles.ITEMS, 7);
  private static final TargetData DATA =
      TargetData.of(TARGET, TextVectors.of(TARGET, new CircleEncoder(), null));

  @TempDir private static Path folder;
  private static SourceBundle bundle;

  @BeforeAll
  static void pretrain() throws Exception {
    PretrainConfig config = PretrainConfig.defaults(new CircleEncoder());
    config = config.toBuilder().train(config.train().toBuilder().epochs(2, 0).build()).build();
    new Pretrainer()
        .run(
            config,
            List.of(Circles.domain("source")),
            folder.resolve("from"),
            ProgressListener.silent());
    bundle = SourceBundle.open(folder.resolve("from"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"FINE_TUNE", "FINE_TUNE_ROW_SWAP", "EMBEDDINGS_ONLY", "ID_TEXT"})
  void whoServesTheBundleAnswersAsTheTunedModelDid(Mode mode) throws Exception {
    Path out = folder.resolve(mode.flag());
    FineTuning.Result result = new FineTuning(request(mode)).run(new CircleEncoder(), out);
    assertThat(result.gate().passed()).as(result.gate().why()).isTrue();
    SourceBundle tuned = SourceBundle.open(out);
    assertThat(tuned.manifest().bias()).isEqualTo(bundle.manifest().bias());
    assertThat(tuned.manifest().config()).containsEntry("tuned-from", id(bundle.manifest()));
    assertThat(tuned.manifest().sources())
        .extracting(BundleManifest.Source::domain)
        .containsExactly("target");
    assertThat(served(tuned).ndcg10()).isCloseTo(result.test().ndcg10(), within(0.02));
  }

  @Test
  void aFreshEncoderOfAnotherKindGoesWithItsRows() throws Exception {
    Path out = folder.resolve("gru");
    FineTuning.Result result =
        new FineTuning(request(Mode.NEW_ENCODER).withEncoder("gru4rec"))
            .run(new CircleEncoder(), out);
    assertThat(result.gate().passed()).as(result.gate().why()).isTrue();
    SourceBundle tuned = SourceBundle.open(out);
    assertThat(tuned.manifest().encoderKind()).isEqualTo("gru4rec");
    assertThat(tuned.manifest().bias()).isEqualTo(bundle.manifest().bias()).isNotNull();
    assertThat(served(tuned).ndcg10()).isCloseTo(result.test().ndcg10(), within(0.02));
  }

  @Test
  void anItemOfAnotherTextIsMadeFromTheItemsLikeIt() throws Exception {
    Path out = folder.resolve("changed");
    new FineTuning(request(Mode.FINE_TUNE)).run(new CircleEncoder(), out);
    SourceBundle tuned = SourceBundle.open(out);
    float[][] texts = new CircleEncoder().encode(List.of("thing 4", "thing 19"));
    List<ColdStartRow> rows = rows(tuned).make(List.of("i4", "i4"), texts);
    assertThat(rows.get(0).matches()).singleElement().extracting("item").isEqualTo("i4");
    assertThat(rows.get(1).matches()).hasSizeGreaterThan(1);
    assertThat(rows.get(1).matches().get(0).item()).isEqualTo("i19");
  }

  @Test
  void nothingIsWrittenWhereNothingWasGained() {
    EvaluateRequest idle =
        EvaluateRequest.of(
            TARGET,
            Mode.EMBEDDINGS_ONLY,
            bundle,
            Circles.settings(3).with(Map.of("table-rate", "1e-12")),
            3);
    Path out = folder.resolve("idle");
    FineTuning.Result result = new FineTuning(idle).run(new CircleEncoder(), out);
    assertThat(result.gate().passed()).isFalse();
    assertThat(result.gate().why()).contains("200 users").contains("p = ");
    assertThat(result.bundle()).isNull();
    assertThat(out).doesNotExist();
  }

  /** A platform tunes week by week: what is judged, and trained on, is what it serves by then. */
  @Test
  void aBundleThatWasTunedOnTheDomainGoesOnFromItsOwnRows() throws Exception {
    Path first = folder.resolve("first");
    new FineTuning(request(Mode.FINE_TUNE)).run(new CircleEncoder(), first);
    SourceBundle tuned = SourceBundle.open(first);
    try (TargetModel model =
        TargetModel.generated(DATA, tuned.newEncoder(), tuned, Circles.settings(3))) {
      assertThat(tuned.items())
          .hasSize(Circles.ITEMS)
          .allSatisfy(
              item ->
                  assertThat(model.table().get(DATA.items().indexOf(item.item())))
                      .containsExactly(item.embedding()));
    }
  }

  @Test
  void aModeThatTrainsNothingIsRefused() {
    assertThatThrownBy(() -> new FineTuning(request(Mode.ZERO_SHOT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zero-shot makes no bundle")
        .hasMessageContaining("fine-tune-row-swap");
  }

  private static String id(BundleManifest manifest) {
    return manifest.bundleId();
  }

  private static EvaluateRequest request(Mode mode) {
    return EvaluateRequest.of(TARGET, mode, bundle, Circles.settings(3), 3);
  }

  /** As ColdStartJob begins rows, and serving scores them. */
  private static Judgement served(SourceBundle tuned) {
    List<String> items = TARGET.items().stream().map(Item::id).toList();
    List<ColdStartRow> made = rows(tuned).make(items, DATA.texts());
    try (Rows table = new Rows(tuned.manifest().dim(), made.size());
        SequenceEncoder encoder = tuned.newEncoder()) {
      for (int i = 0; i < made.size(); i++) {
        table.set(i, made.get(i).vector());
      }
      return new Judge(made.size())
          .judge(new ModelScorer(encoder, table, 0, made.size()), DATA.test());
    }
  }

  private static ColdStartRows rows(SourceBundle tuned) {
    return new ColdStartRows(
        ColdStartRule.of(100),
        tuned.sourcePool(),
        tuned.textSlope(),
        new TrainedItems("target", tuned.manifest().textDim(), tuned.manifest().dim()),
        tuned.spreadBonus(),
        tuned.meanEmbedding());
  }
}
