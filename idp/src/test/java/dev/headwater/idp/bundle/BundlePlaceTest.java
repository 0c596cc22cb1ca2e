package dev.headwater.idp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleException.Reason;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.text.TextModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a bundle may be written, what stands beside it, and what it gives. */
class BundlePlaceTest {
  private static final EncoderConfig SIZE = new EncoderConfig(4, 6, 1, 2, false);

  @TempDir private Path folder;

  @Test
  void writesOverNothingAnEmptyFolderAndABundle() throws IOException {
    Path place = folder.resolve("bundle");
    assertThatCode(() -> BundleWriter.requireReplaceable(place)).doesNotThrowAnyException();
    Files.createDirectory(place);
    assertThatCode(() -> BundleWriter.requireReplaceable(place)).doesNotThrowAnyException();
    String first = write(place, 1).bundleId();
    assertThat(write(place, 2).bundleId()).isNotEqualTo(first);
    try (var beside = Files.list(folder)) {
      assertThat(beside).containsExactly(place);
    }
  }

  @Test
  void writesOverNothingElse() throws IOException {
    Path place = folder.resolve("photos");
    Files.createDirectory(place);
    Files.writeString(place.resolve("holiday.jpg"), "x");
    assertThatThrownBy(() -> write(place, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is no bundle");
    assertThat(place.resolve("holiday.jpg")).exists();
    Path file = folder.resolve("file");
    Files.writeString(file, "x");
    assertThatThrownBy(() -> write(file, 1)).isInstanceOf(DataException.class);
    assertThat(file).hasContent("x");
  }

  @Test
  void whatAKilledWriterLeftIsClearedAway() throws Exception {
    Path place = folder.resolve("bundle");
    write(place, 1);
    Path left = folder.resolve("bundle.tmp").resolve("half");
    Files.createDirectories(left);
    Files.writeString(left.resolve("encoder.safetensors"), "x");
    Files.createDirectories(folder.resolve("bundle.old"));
    BundleManifest written = write(place, 2);
    assertThat(SourceBundle.open(place).manifest()).isEqualTo(written);
    assertThat(folder.resolve("bundle.tmp")).doesNotExist();
    assertThat(folder.resolve("bundle.old")).doesNotExist();
  }

  @Test
  void oneBrokenFileIsToldFromAnother() throws Exception {
    Path place = folder.resolve("bundle");
    write(place, 1);
    List<String> files = new ArrayList<>(SourceBundle.open(place).manifest().files().keySet());
    assertThat(files).hasSize(3);
    for (String name : files) {
      Path file = place.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      byte[] longer = java.util.Arrays.copyOf(whole, whole.length + 1);
      Files.write(file, longer);
      assertThatThrownBy(() -> SourceBundle.open(place))
          .isInstanceOfSatisfying(
              BundleException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHANGED))
          .hasMessageContaining(name)
          .hasMessageContaining("not " + whole.length);
      Files.write(file, whole);
    }
    assertThatCode(() -> SourceBundle.open(place)).doesNotThrowAnyException();
  }

  @Test
  void aManifestMayHoldKeysThatThisReleaseDoesNotKnow() throws Exception {
    Path place = folder.resolve("bundle");
    write(place, 1);
    Path manifest = place.resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\\{", "{ \"colour\" : \"red\","));
    assertThat(SourceBundle.open(place).manifest().encoderKind()).isEqualTo(SasRec.KIND);
  }

  @Test
  void aTextEncoderThatItDoesNotCarryIsAnErrorThatNamesIt() throws Exception {
    Path place = folder.resolve("bundle");
    write(place, 1);
    assertThatThrownBy(() -> SourceBundle.open(place).newTextEncoder())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("text-encoder");
  }

  @Test
  void itsItemsMakeRowsForTextsAndTheirMeanForTheRest() throws Exception {
    Path place = folder.resolve("bundle");
    write(place, 1);
    SourceBundle bundle = SourceBundle.open(place);
    CdimConfig one = CdimConfig.defaults().withMatches(1);
    List<ColdStartRow> made = bundle.coldStart(one).make(new float[][] {{0, 1}, {0, 0}});
    assertThat(made.get(0).vector()).containsExactly(new float[] {0, 3, 0, 0}, within(1e-5f));
    assertThat(made.get(0).matches().get(0).item()).isEqualTo("b");
    assertThat(made.get(1).isFallback()).isTrue();
    assertThat(made.get(1).vector()).containsExactly(bundle.meanEmbedding());
  }

  @Test
  void drawnUsersAreAlwaysTheSameAndOfOneSourceEach() {
    List<SourceItem> items = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      items.add(item(i % 3 == 0 ? "x" : "y", "i" + i, i % 3 == 0 ? -1 - i : 1 + i));
    }
    List<float[][]> drawn = DrawnUsers.histories(items);
    assertThat(drawn).hasSize(1_000);
    for (int user = 0; user < drawn.size(); user++) {
      float[][] history = drawn.get(user);
      assertThat(history.length).isBetween(1, 10);
      float sign = Math.signum(history[0][0]);
      for (float[] row : history) {
        assertThat(Math.signum(row[0])).isEqualTo(sign);
      }
      assertThat(sign).isEqualTo(user % 2 == 0 ? -1 : 1);
    }
    List<float[][]> again = DrawnUsers.histories(items);
    for (int user = 0; user < drawn.size(); user++) {
      assertThat(again.get(user)).isDeepEqualTo(drawn.get(user));
    }
  }

  private static SourceItem item(String domain, String id, float value) {
    return new SourceItem(domain, id, new float[] {1, 0}, new float[] {value, 0, 0, 0});
  }

  private static BundleManifest write(Path place, long seed) throws IOException {
    List<SourceItem> items =
        List.of(
            new SourceItem("d", "a", new float[] {1, 0}, new float[] {2, 0, 0, 0}),
            new SourceItem("d", "b", new float[] {0, 1}, new float[] {0, 3, 0, 0}));
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(seed))) {
      return BundleWriter.write(
          place,
          new BundleContent(
              encoder,
              SIZE,
              TextModel.miniLm().tuned("text-encoder", Map.of()),
              0.5f,
              items,
              List.of(new BundleManifest.Source("d", 2, 10, "abc")),
              Map.of(),
              Map.of(),
              false,
              Precision.FP32));
    }
  }
}
