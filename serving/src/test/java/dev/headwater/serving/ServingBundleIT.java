package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.bundle.BundleContent;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.BundleWriter;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.text.TextModel;
import dev.headwater.serving.config.Placement;
import dev.headwater.serving.follow.BundleLoader;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.users.BatchingEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real bundle, its real encoder, and many threads that ask at once. */
class ServingBundleIT {
  private static final EncoderConfig SIZE = new EncoderConfig(4, 6, 1, 2, false);
  private static final float[][] HISTORY = {{1, 0, 0, 0}, {0, 1, 0, 0.5f}};

  @TempDir private Path directory;

  @Test
  void refusesABundleThatIsNotThere() {
    assertThatThrownBy(
            () ->
                new BundleLoader(directory, Precision.FP32, ComputeDevice.CPU, false)
                    .load("nothing"))
        .isInstanceOf(ModelLoader.ModelUnavailableException.class)
        .hasMessageContaining("nothing");
  }

  @Test
  void placesTheEncoderWhereConfigurationSays() {
    assertThat(ComputeDevice.of("cpu")).isEqualTo(ComputeDevice.CPU).hasToString("cpu");
    assertThat(ComputeDevice.of("auto").toString()).isIn("cpu", "gpu:0");
    assertThatThrownBy(() -> ComputeDevice.of("gpu:9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gpu:9");
    assertThatThrownBy(() -> new Placement("tpu", Precision.FP32)).hasMessageContaining("tpu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu-apart"})
  void encodesTogetherWhatIsAskedTogether(String device) throws Exception {
    float[] expected;
    try (UserEncoder encoder = new UserEncoder(writeBundle())) {
      expected = encoder.encode(List.<float[][]>of(HISTORY))[0];
    }
    ModelLoader.LoadedModel model =
        new BundleLoader(directory, Precision.FP32, ComputeDevice.of(device), false).load("m");
    assertThat(model.textEncoderId()).isEqualTo("text");
    assertThat(model.titles().title("src", "s")).isEqualTo("Kite");
    assertThat(model.titles().title("src", "unknown")).isNull();
    assertThat(model.titles().title("elsewhere", "s")).isNull();
    try (BatchingEncoder users =
        new BatchingEncoder(model.encoder(), new BatchingEncoder.Bounds(16, 256, 10, 10_000))) {
      List<CompletableFuture<float[]>> asked =
          IntStream.range(0, 200).mapToObj(i -> users.encode(HISTORY)).toList();
      for (CompletableFuture<float[]> each : asked) {
        assertThat(each.join()).containsExactly(expected, within(1e-5f));
      }
    }
  }

  private SasRec writeBundle() throws Exception {
    SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
    BundleContent.SourceItem item =
        new BundleContent.SourceItem(
            "src", "s", new float[] {1, 0}, new float[] {1, 0, 0, 0}, "Kite");
    BundleWriter.write(
        directory.resolve("m"),
        new BundleContent(
            encoder,
            SIZE,
            TextModel.miniLm().tuned("text", Map.of()),
            1,
            List.of(item),
            List.of(new BundleManifest.Source("src", 1, 1, "f")),
            Map.of(),
            Map.of(),
            false,
            Precision.FP32));
    return encoder;
  }
}
