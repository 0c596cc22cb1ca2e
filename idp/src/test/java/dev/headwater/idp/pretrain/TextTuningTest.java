package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.evaluate.Circles;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.finetune.FineTuning;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextTuner;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts of a bundle change; what its rows and its encoders learned before goes on. */
class TextTuningTest {
  private static final DomainData TARGET = Circles.domain("target");

  @TempDir private Path folder;

  @Test
  void whatWasLearnedBeforeStays() throws Exception {
    SourceBundle tuned = tuned();
    assertThat(biases(tuned)).anyMatch(bias -> bias != 0);
    SourceBundle first = texts(tuned, TextTuner.Config.defaults(1), 1, "first");
    assertThat(first.manifest().bias()).isEqualTo(tuned.manifest().bias());
    assertThat(biases(first)).isEqualTo(biases(tuned));
    assertThat(first.textModel().tuned()).isNotEmpty();
    assertThat(tuned.isSloped()).as("tuned on a target").isTrue();
    assertThat(first.textSlope().weights())
        .as("the same rows, other texts")
        .hasSameSizeAs(tuned.textSlope().weights())
        .isNotEqualTo(tuned.textSlope().weights());

    SourceBundle same = texts(first, TextTuner.Config.defaults(1), 0, "same");
    assertThat(same.manifest().textEncoderId()).isEqualTo(first.manifest().textEncoderId());
    assertThat(same.textModel().tuned()).containsOnlyKeys(first.textModel().tuned().keySet());
    same.newTextEncoder().close();

    SourceBundle head = texts(first, TextTuner.Config.head(1), 1, "head");
    assertThat(head.textModel().tuned())
        .containsKeys(first.textModel().tuned().keySet().toArray(String[]::new))
        .hasSize(first.textModel().tuned().size() + 1);
  }

  /** A bundle whose rows hold biases, as one tuned on a domain does. */
  private SourceBundle tuned() throws Exception {
    try (BertTextEncoder encoder = BertTextEncoder.miniLm()) {
      PretrainConfig config = PretrainConfig.defaults(encoder);
      config =
          config.toBuilder()
              .start(PretrainConfig.Start.TEXTS)
              .train(config.train().toBuilder().epochs(1, 0).build())
              .build();
      Path from = folder.resolve("from");
      new Pretrainer()
          .run(config, List.of(Circles.domain("source")), from, ProgressListener.silent());
      EvaluateRequest request =
          EvaluateRequest.of(
              TARGET, Mode.FINE_TUNE, SourceBundle.open(from), Circles.settings(3), 3);
      FineTuning.Result result = new FineTuning(request).run(encoder, folder.resolve("tuned"));
      assertThat(result.gate().passed()).as(result.gate().why()).isTrue();
      return SourceBundle.open(folder.resolve("tuned"));
    }
  }

  private SourceBundle texts(SourceBundle from, TextTuner.Config config, int steps, String name)
      throws Exception {
    BundleManifest made =
        new TextTuning(config, steps, 2, ProgressListener.silent())
            .run(from, List.of(TARGET), folder.resolve(name));
    SourceBundle read = SourceBundle.open(folder.resolve(name));
    assertThat(read.manifest().bundleId()).isEqualTo(made.bundleId());
    return read;
  }

  private static List<Float> biases(SourceBundle bundle) {
    BiasDimension bias = Objects.requireNonNull(bundle.manifest().bias());
    return bundle.items().stream()
        .map(SourceItem::embedding)
        .map(row -> row[bias.dimension()])
        .toList();
  }
}
