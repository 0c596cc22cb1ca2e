package dev.headwater.idp.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.text.Recformer;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link TableSystem} promises, whatever it is. */
class TableSystemTest {
  @TempDir private static Path folder;
  private static SourceBundle bundle;

  /** The same for systems that read texts word by word. */
  private static SourceBundle ofWords;

  @BeforeAll
  static void pretrain() throws Exception {
    bundle = Circles.pretrained(new CircleEncoder(), folder.resolve("b"));
    try (TextEncoder tiny = Circles.wordEncoder(folder.resolve("tiny"))) {
      ofWords = Circles.pretrained(tiny, folder.resolve("w"));
    }
  }

  static Stream<Mode> systems() {
    return Arrays.stream(Mode.values()).filter(mode -> TableSystems.of(mode).isPresent());
  }

  @ParameterizedTest
  @MethodSource("systems")
  void namesItsPaperWithItsYear(Mode mode) {
    assertThat(system(mode).paper()).matches("[A-Z].{20,}, .*(19|20)\\d\\d");
  }

  @ParameterizedTest
  @MethodSource("systems")
  void learnsWhatFollowsWithoutLookingAtTheTest(Mode mode) {
    TargetData data = data();
    // Answers that are all the same wrong item: who looked at them would rank it first.
    List<HeldOut> misled =
        data.test().stream().map(asked -> new HeldOut(asked.history(), 0)).toList();
    TargetData blind =
        new TargetData(
            data.name(), data.items(), data.texts(), data.train(), data.validation(), misled);
    try (Learned learned = system(mode).learn(request(mode), blind)) {
      Judgement found = new Judge(data.itemCount()).judge(learned.scorer(), data.test());
      assertThat(found.ndcg10()).isGreaterThan(0.25);
      assertThat(learned.validation()).isBetween(0.1, 1.0);
      assertThat(learned.epochs()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void scoresEveryItemByANumberForHistoriesOfAnyLength(Mode mode) {
    TargetData data = data();
    int[] longOne = new int[90];
    Arrays.setAll(longOne, i -> i % data.itemCount());
    try (Learned learned = system(mode).learn(request(mode), data)) {
      float[][] scores = learned.scorer().scores(List.of(new int[] {3}, longOne));
      assertThat(scores).hasDimensions(2, data.itemCount());
      for (float[] row : scores) {
        for (float score : row) {
          assertThat(score).isFinite();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void oneSeedGivesTheSameScoresAndAnotherOneOthers(Mode mode) {
    List<float[]> found = new ArrayList<>();
    for (long seed : new long[] {3, 3, 4}) {
      EvaluateRequest request =
          EvaluateRequest.of(
                  Circles.domain("target"), mode, bundle(mode), Circles.settings(seed), seed)
              .withSources(List.of(Circles.domain("source")));
      try (Learned learned = system(mode).learn(request, data())) {
        found.add(learned.scorer().scores(List.of(new int[] {1, 2}))[0]);
      }
    }
    assertThat(found.get(1)).isEqualTo(found.get(0));
    assertThat(found.get(2)).isNotEqualTo(found.get(0));
  }

  static Stream<Mode> systemsThatPretrainThemselves() {
    return systems().filter(Mode::needsSources);
  }

  @ParameterizedTest
  @MethodSource("systemsThatPretrainThemselves")
  void pretrainsOnceForAllSeeds(Mode mode, @TempDir Path cache) throws IOException {
    for (long seed : new long[] {3, 4}) {
      EvaluateRequest request =
          EvaluateRequest.of(
                  Circles.domain("target"), mode, bundle(mode), Circles.settings(seed), seed)
              .withSources(List.of(Circles.domain("source")))
              .withTextCache(cache);
      system(mode).learn(request, data()).close();
    }
    try (Stream<Path> kept = Files.list(cache)) {
      assertThat(kept.filter(file -> file.toString().endsWith(".safetensors"))).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void saysWhatItLacks(Mode mode) {
    TargetData data = data();
    TableSystem system = system(mode);
    EvaluateRequest bare =
        EvaluateRequest.of(Circles.domain("target"), mode, null, Circles.settings(3), 3);
    if (mode.needsBundle()) {
      assertThatThrownBy(() -> system.learn(bare, data)).hasMessageContaining("needs a bundle");
    }
    if (mode.needsSources()) {
      EvaluateRequest withoutSources =
          EvaluateRequest.of(Circles.domain("target"), mode, bundle(mode), Circles.settings(3), 3);
      assertThatThrownBy(() -> system.learn(withoutSources, data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sources");
    }
    assertThat(mode.needsSources() && !mode.needsBundle()).isFalse();
  }

  /** As the product has it, but for a model of words that is as small as all else here. */
  private static TableSystem system(Mode mode) {
    return mode == Mode.RECFORMER
        ? new RecformerSystem(
            new Recformer.Config(4, 3, 16, 2e-3f, 10, 0.1f, 0.05f, 0.15, 0.1f),
            new RecformerSystem.Plan(150, 8, 4, 3, 1_000, 200))
        : TableSystems.of(mode).orElseThrow();
  }

  private static SourceBundle bundle(Mode mode) {
    return mode == Mode.RECFORMER ? ofWords : bundle;
  }

  private static TargetData data() {
    return TargetData.of(
        Circles.domain("target"),
        TextVectors.of(Circles.domain("target"), new CircleEncoder(), null));
  }

  private static EvaluateRequest request(Mode mode) {
    return EvaluateRequest.of(Circles.domain("target"), mode, bundle(mode), Circles.settings(3), 3)
        .withSources(List.of(Circles.domain("source")));
  }
}
