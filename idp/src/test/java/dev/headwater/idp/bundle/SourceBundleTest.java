package dev.headwater.idp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleException.Reason;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.GraphOrScan;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.idp.text.TextModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceBundleTest {
  private static final EncoderConfig SIZE = new EncoderConfig(4, 6, 1, 2, false);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void comesBackAsItWasWritten(Precision precision) throws Exception {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1))) {
      BundleManifest written = write(encoder, precision);
      SourceBundle read = SourceBundle.open(bundle());
      assertThat(read.manifest()).isEqualTo(written);
      assertThat(read.sourcePool().size()).isEqualTo(2);
      assertThat(read.meanEmbedding()).containsExactly(new float[] {2.5f, 0, 0, 0}, within(1e-3f));
      try (SequenceEncoder copy = read.newEncoder()) {
        assertThat(copy.parameters().values())
            .usingRecursiveComparison()
            .isEqualTo(encoder.parameters().values());
      }
    }
  }

  @Test
  void sameContentHasTheSameIdAndOtherContentAnother() throws Exception {
    try (SasRec one = new SasRec(SIZE, new SplittableRandom(1));
        SasRec other = new SasRec(SIZE, new SplittableRandom(2))) {
      String first = write(one, Precision.FP32).bundleId();
      assertThat(first).matches("[0-9a-f]{12}");
      assertThat(write(one, Precision.FP32).bundleId()).isEqualTo(first);
      assertThat(write(other, Precision.FP32).bundleId()).isNotEqualTo(first);
    }
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    assertRefused(Reason.MISSING, "manifest.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder.safetensors", "items.safetensors", "items.tsv"})
  void refusesAFileThatIsMissingTruncatedOrChanged(String name) throws Exception {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1))) {
      write(encoder, Precision.FP32);
      Path file = bundle().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      byte[] changed = whole.clone();
      changed[changed.length / 2] ^= 1;
      Files.write(file, changed);
      assertRefused(Reason.CHANGED, name);
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertRefused(Reason.TRUNCATED, name);
      Files.delete(file);
      assertRefused(Reason.MISSING, name);
    }
  }

  @Test
  void refusesANewerFormatAndABrokenManifest() throws Exception {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1))) {
      write(encoder, Precision.FP32);
      Path manifest = bundle().resolve("manifest.json");
      String text = Files.readString(manifest);
      Files.writeString(manifest, text.replace("\"format\" : 2", "\"format\" : 3"));
      assertRefused(Reason.NEWER_FORMAT, "format 3");
      Files.writeString(manifest, text.substring(0, text.length() / 2));
      assertRefused(Reason.CHANGED, "manifest.json");
      Files.writeString(manifest, "{}", StandardOpenOption.TRUNCATE_EXISTING);
      assertRefused(Reason.CHANGED, "manifest.json");
    }
  }

  /** Of 16 dimensions the one that the items use least. */
  @Test
  void givesOneDimensionToTheItemBiases() throws Exception {
    SourceBundle bundle = SourceBundle.open(writeWide());
    assertThat(bundle.manifest().bias()).isEqualTo(new BiasDimension(5, 3));
    assertThat(bundle.items()).allSatisfy(item -> assertThat(item.embedding()[5]).isZero());
    assertThat(bundle.items().get(0).embedding()[4]).isEqualTo(4);
    try (UserEncoder users = new UserEncoder(bundle.newEncoder())) {
      float[] user =
          users.encode(List.<float[][]>of(new float[][] {bundle.items().get(0).embedding()}))[0];
      assertThat(user[5]).isEqualTo(3);
    }
  }

  @Test
  void readsABundleOfTheFormatBeforeItemBiases() throws Exception {
    Path manifest = writeWide().resolve("manifest.json");
    String text = Files.readString(manifest).replace("\"format\" : 2", "\"format\" : 1");
    Files.writeString(manifest, text.replaceAll("(?s)\"bias\" : \\{.*?\\},", ""));
    SourceBundle bundle = SourceBundle.open(bundle());
    assertThat(bundle.manifest().bias()).isNull();
    try (SequenceEncoder encoder = bundle.newEncoder()) {
      assertThat(encoder).isInstanceOf(SasRec.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "-1"})
  void refusesABiasOutsideTheRow(String dimension) throws Exception {
    Path manifest = writeWide().resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"dimension\" : 5", "\"dimension\" : " + dimension));
    assertRefused(Reason.CHANGED, "BiasDimension");
  }

  @Test
  void titlesAreReadWithoutTheVectorsAndMayBeMissing() throws Exception {
    assertThat(BundleWriter.write(bundle(), content("Kite", "")).files())
        .containsKey(BundleWriter.TITLES);
    SourceBundle titled = SourceBundle.open(bundle());
    assertThat(titled.titles()).isEqualTo(Map.of("d", Map.of("tab less", "Kite")));
    assertThat(titled.items()).extracting(SourceItem::title).containsExactly("Kite", "");

    BundleWriter.write(bundle(), content("two\nlines", "and\ta tab"));
    assertThat(SourceBundle.open(bundle()).items())
        .extracting(SourceItem::title)
        .containsExactly("two lines", "and a tab");

    assertThat(BundleWriter.write(bundle(), content("", "")).files())
        .doesNotContainKey(BundleWriter.TITLES);
    assertThat(SourceBundle.open(bundle()).titles()).isEmpty();
  }

  @Test
  void manyItemsAreFoundByAGraphWhichIsNoPartOfTheId() throws Exception {
    Random random = new Random(8);
    List<SourceItem> items = new ArrayList<>();
    for (int i = 0; i < BundleWriter.GRAPH_FROM; i++) {
      double[] drawn = random.doubles(8, -1, 1).toArray();
      double norm = Math.sqrt(Arrays.stream(drawn).map(x -> x * x).sum());
      float[] text = new float[drawn.length];
      for (int k = 0; k < text.length; k++) {
        text[k] = (float) (drawn[k] / norm);
      }
      items.add(new SourceItem("d", "i" + i, text, new float[] {i, 1, 1, 1}));
    }
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1))) {
      BundleContent content = content(encoder, SIZE, Precision.FP32, items);
      BundleManifest first = BundleWriter.write(bundle(), content);
      assertThat(first.files()).containsKey(BundleWriter.GRAPH);
      assertThat(BundleWriter.write(bundle(), content).bundleId()).isEqualTo(first.bundleId());
    }
    SourceBundle read = SourceBundle.open(bundle());
    assertThat(read.sourceIndex()).isInstanceOf(GraphOrScan.class);
    int found = 0;
    for (int i = 0; i < BundleWriter.GRAPH_FROM; i += 100) {
      float[][] text = {items.get(i).text()};
      found += number(read.sourceIndex().nearest(text, 1).get(0).get(0).item()) == i ? 1 : 0;
    }
    assertThat(found).as("of 200: a graph misses few").isGreaterThan(195);
    float[][] text = {items.get(4_321).text()};
    int match = number(read.sourceIndex().nearest(text, 1).get(0).get(0).item());
    assertThat(read.coldStart(CdimConfig.defaults().withMatches(1)).make(text).get(0).vector())
        .isEqualTo(read.items().get(match).embedding());
  }

  private static int number(String item) {
    return Integer.parseInt(item.substring(1));
  }

  @Test
  void fewItemsAreFoundExactly() throws Exception {
    assertThat(BundleWriter.write(bundle(), content("", "")).files())
        .doesNotContainKey(BundleWriter.GRAPH);
    SourceBundle read = SourceBundle.open(bundle());
    assertThat(read.sourceIndex()).isSameAs(read.sourcePool());
  }

  private Path writeWide() throws IOException {
    EncoderConfig size = new EncoderConfig(16, 6, 1, 2, false);
    float[] row = new float[16];
    for (int k = 0; k < row.length; k++) {
      row[k] = k == 5 ? 0.1f : k == 4 ? 4 : 1;
    }
    List<SourceItem> items = List.of(new SourceItem("d", "a", new float[] {1, 0}, row));
    try (SasRec encoder = new SasRec(size, new SplittableRandom(1))) {
      BundleWriter.write(bundle(), content(encoder, size, Precision.FP32, items));
    }
    return bundle();
  }

  private static BundleContent content(String first, String second) {
    return content(new SasRec(SIZE, new SplittableRandom(1)), Precision.FP32, first, second);
  }

  private Path bundle() {
    return folder.resolve("bundle");
  }

  private BundleManifest write(SasRec encoder, Precision precision) throws IOException {
    return BundleWriter.write(bundle(), content(encoder, precision, "", ""));
  }

  private static BundleContent content(
      SasRec encoder, Precision precision, String first, String second) {
    List<SourceItem> items =
        List.of(
            new SourceItem("d", "tab less", new float[] {1, 0}, new float[] {2, 0, 0, 0}, first),
            new SourceItem("d", "ünï", new float[] {0, 1}, new float[] {3, 0, 0, 0}, second));
    return content(encoder, SIZE, precision, items);
  }

  private static BundleContent content(
      SasRec encoder, EncoderConfig size, Precision precision, List<SourceItem> items) {
    return new BundleContent(
        encoder,
        size,
        TextModel.miniLm().tuned("text-encoder", Map.of()),
        0.5f,
        items,
        List.of(new BundleManifest.Source("d", 2, 10, "abc")),
        Map.of("d.ndcg10", 0.1),
        Map.of("epochs", "3"),
        false,
        precision);
  }

  private void assertRefused(Reason reason, String inMessage) {
    assertThatThrownBy(() -> SourceBundle.open(bundle()))
        .isInstanceOfSatisfying(
            BundleException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(inMessage);
  }
}
