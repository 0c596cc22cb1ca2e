package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.pretrain.TextTuning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another encoder than MiniLM: one for Chinese, from a folder. */
class TextModelTest {
  private static final String ABOUT =
      """
      {"name": "bge-small-zh-v1.5", "heads": 8, "pooling": "cls", "max_tokens": 32,
       "word_letters": ["HAN"]}
      """;

  /** Of kinds that stand two by two: chairs, headphones, lipsticks, drills. */
  private static final List<String> TITLES =
      List.of(
          "\u6728\u5236\u6298\u53e0\u82b1\u56ed\u6905",
          "\u6237\u5916\u5ead\u9662\u6905\u5b50",
          "\u7d22\u5c3c\u65e0\u7ebf\u964d\u566a\u8033\u673a",
          "\u84dd\u7259\u5934\u6234\u5f0f\u8033\u673a",
          "\u54d1\u5149\u7ea2\u8272\u53e3\u7ea2",
          "\u6ecb\u6da6\u4fdd\u6e7f\u5507\u818f",
          "\u5145\u7535\u51b2\u51fb\u94bb",
          "\u5bb6\u7528\u7535\u52a8\u87ba\u4e1d\u5200");

  @TempDir private static Path folder;
  private static BertTextEncoder encoder;

  @BeforeAll
  static void unpack() throws IOException {
    copy("/bge-small-zh-v1.5.onnx", TextModel.WEIGHTS);
    copy("/bge-small-zh-v1.5-tokenizer.json", TextModel.TOKENIZER);
    Files.writeString(folder.resolve(TextModel.ABOUT), ABOUT);
    encoder = BertTextEncoder.load(TextModel.in(folder));
  }

  private static void copy(String resource, String name) throws IOException {
    try (InputStream in = TextModelTest.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), folder.resolve(name));
    }
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void vectorsEqualThoseOfOnnxRuntime() throws IOException, OrtException {
    float[][] rows = encoder.encode(TITLES);
    try (OnnxReference reference =
        new OnnxReference(
            "/bge-small-zh-v1.5.onnx", "/bge-small-zh-v1.5-tokenizer.json", OnnxReference::first)) {
      for (int i = 0; i < rows.length; i++) {
        assertThat(rows[i]).containsExactly(reference.encode(TITLES.get(i)), within(1e-4f));
      }
    }
  }

  @Test
  void aChineseTitleIsNearestToOneOfItsKind() {
    float[][] rows = encoder.encode(TITLES);
    for (int i = 0; i < rows.length; i++) {
      assertThat(nearest(rows, i)).as(TITLES.get(i)).isEqualTo(i ^ 1);
    }
  }

  @Test
  void itSaysOfChineseThatItFitsAndOfAScriptThatItDoesNotKnowThatItDoesNot() {
    assertThat(TITLES).allSatisfy(title -> assertThat(encoder.unfit(title)).isNull());
    assertThat(encoder.unfit("\u0643\u0631\u0633\u064a \u062d\u062f\u064a\u0642\u0629"))
        .contains("was not made for their language");
    try (BertTextEncoder english = BertTextEncoder.miniLm()) {
      assertThat(TITLES).allSatisfy(title -> assertThat(english.unfit(title)).isNotNull());
    }
  }

  /** Jobs and nodes need nothing but the bundle. */
  @Test
  void aBundleCarriesItsEncoderAndTuningGoesOnFromThere() throws Exception {
    Path out = folder.resolve("bundle");
    PretrainConfig config = PretrainConfig.defaults(encoder);
    config = config.toBuilder().train(config.train().toBuilder().epochs(1, 0).build()).build();
    DomainData shop = shop();
    new Pretrainer().run(config, List.of(shop), out, ProgressListener.silent());
    SourceBundle bundle = SourceBundle.open(out);
    assertThat(bundle.manifest().files()).containsKeys(TextModel.FILES.toArray(String[]::new));
    assertThat(bundle.manifest().textDim()).isEqualTo(512);
    assertSame(bundle, encoder.encode(TITLES));

    new TextTuning(TextTuner.Config.head(1), 1, 2, ProgressListener.silent())
        .run(bundle, List.of(shop), folder.resolve("tuned"));
    SourceBundle tuned = SourceBundle.open(folder.resolve("tuned"));
    assertThat(tuned.manifest().textEncoderId())
        .startsWith("bge-small-zh-v1.5-")
        .isNotEqualTo(bundle.manifest().textEncoderId());
    try (TextEncoder again = tuned.newTextEncoder()) {
      float[][] rows = again.encode(TITLES);
      assertThat(tuned.items().get(0).text()).containsExactly(rows[0], within(2e-3f));
    }
  }

  private static void assertSame(SourceBundle bundle, float[][] rows) {
    try (TextEncoder again = bundle.newTextEncoder()) {
      assertThat(again.id()).isEqualTo(encoder.id());
      assertThat(again.encode(TITLES)).isDeepEqualTo(rows);
    }
  }

  @Test
  void aFolderThatIsNoTextModelIsRefusedWithTheReason(@TempDir Path other) throws IOException {
    assertThatThrownBy(() -> TextModel.in(other))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text-model.onnx is not there");
    for (String file : List.of(TextModel.WEIGHTS, TextModel.TOKENIZER)) {
      Files.copy(folder.resolve(file), other.resolve(file));
    }
    assertRefused(other, ABOUT.replace("\"heads\": 8, ", ""), "heads");
    assertRefused(other, ABOUT.replace("cls", "best"), "does not describe a text model");
    assertRefused(other, ABOUT.replace("8", "7"), "no BERT with 7 heads");
    assertRefused(other, ABOUT.replace("32", "9999"), "max_tokens is 9999");
  }

  private static void assertRefused(Path other, String about, String why) throws IOException {
    Files.writeString(other.resolve(TextModel.ABOUT), about);
    assertThatThrownBy(() -> BertTextEncoder.load(TextModel.in(other)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(why);
  }

  private static DomainData shop() {
    List<Item> items = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < TITLES.size(); i++) {
      items.add(new Item("i" + i, TITLES.get(i), "", List.of()));
    }
    for (int user = 0; user < 40; user++) {
      for (int k = 0; k < 4; k++) {
        String item = "i" + (user + k) % TITLES.size();
        events.add(new Event("u" + user, item, 1_700_000_000L + k));
      }
    }
    return new DomainData("shop", items, events, true);
  }

  private static int nearest(float[][] rows, int of) {
    int best = -1;
    double most = -2;
    for (int i = 0; i < rows.length; i++) {
      double cosine = 0;
      for (int k = 0; k < rows[i].length; k++) {
        cosine += rows[of][k] * rows[i][k];
      }
      if (i != of && cosine > most) {
        most = cosine;
        best = i;
      }
    }
    return best;
  }
}
