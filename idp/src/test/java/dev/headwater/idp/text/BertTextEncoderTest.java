package dev.headwater.idp.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.BaseNDManager;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BertTextEncoderTest {
  private static final List<String> WORDS =
      List.of(
          "lip",
          "balm",
          "shampoo",
          "drill",
          "18V",
          "caf\u00e9",
          "na\u00efve",
          "\u6f22\u5b57",
          "\uD83D\uDE00",
          "unbelievably",
          "(2-pack)",
          "\u041f\u0440\u0438\u0432\u0435\u0442",
          "3.5mm",
          "don't",
          "\u0000",
          "\t",
          "Acme\u2122",
          "[MASK]",
          "zzxqv",
          "&amp;",
          "\u00ad");

  private static BertTextEncoder encoder;

  @BeforeAll
  static void load() {
    encoder = BertTextEncoder.miniLm();
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void vectorsEqualThoseOfOnnxRuntime() throws IOException, OrtException {
    List<String> texts = texts(100);
    float[][] rows = encoder.encode(texts);
    try (OnnxReference reference = new OnnxReference()) {
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.get(i);
        assertArrayEquals(reference.encode(text.replace("\0", "")), rows[i], 1e-4f, text);
      }
    }
  }

  @Test
  void aTextAloneEqualsTheSameTextInABatch() {
    List<String> texts = texts(100);
    float[][] rows = encoder.encode(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertArrayEquals(one(texts.get(i)), rows[i], 1e-5f, texts.get(i));
    }
  }

  @Test
  void everyTextWhateverItsLettersGivesAUnitVector() {
    List<String> odd =
        List.of(
            "", " ", "\0", "\uD83D", "a\uDE00b", "x".repeat(100_000), "a ".repeat(50_000), "\n");
    for (float[] row : encoder.encode(odd)) {
      assertEquals(384, row.length);
      assertEquals(1, dot(row, row), 1e-5);
    }
    assertArrayEquals(one(""), one(" "), 1e-6f);
    assertEquals(0, encoder.encode(List.of()).length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u6728\u5236\u6298\u53e0\u82b1\u56ed\u6905", // Chinese: wooden folding garden chair
        "Sony \u7d22\u5c3c \u65e0\u7ebf\u964d\u566a\u8033\u673a WH-1000XM4",
        "\u30ef\u30a4\u30e4\u30ec\u30b9\u30d8\u30c3\u30c9\u30db\u30f3", // Japanese: headphones
        "\u0643\u0631\u0633\u064a \u062d\u062f\u064a\u0642\u0629", // Arabic: garden chair
        "\u0421\u043a\u043b\u0430\u0434\u043d\u043e\u0439 \u0441\u0442\u0443\u043b", // Russian
        "\u05db\u05d9\u05e1\u05d0 \u05d2\u05df", // Hebrew: garden chair
        "\u0e40\u0e01\u0e49\u0e32\u0e2d\u0e35\u0e49\u0e2a\u0e19\u0e32\u0e21", // Thai
        "... !",
        "",
      })
  void saysOfATextInAnotherScriptThatItIsUnfit(String text) {
    assertNotNull(encoder.unfit(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Garden chair, foldable, wooden",
        "Zinsser B-I-N shellac primer",
        "Wasabi Power Battery for Canon BP-819 (2200mAh)",
        "10 pk 4LR44 / 476A / PX28A / A544",
        "D",
        "Caf\u00e9 cr\u00e8me br\u00fbl\u00e9e torch",
        "Garden chair \u6728\u5236",
        "Gartenstuhl klappbar aus Holz", // Latin letters: not told apart, docs/merchant.md says so
      })
  void takesTextsInLatinLettersAndModelNumbers(String text) {
    assertNull(encoder.unfit(text));
  }

  @Test
  void saysHowMuchOfATextItKnows() {
    assertEquals(1, encoder.known("Garden chair"));
    assertEquals(0, encoder.known("\u041a\u0440\u0435\u0441\u043b\u043e"));
  }

  @Test
  void aTextIsNearerToOneThatMeansTheSame() {
    float[] lipstick = one("Matte lipstick, long lasting, red");
    double near = dot(lipstick, one("Creamy lip colour in crimson"));
    double far = dot(lipstick, one("Cordless 18V hammer drill with battery"));
    assertTrue(near > far + 0.2, near + " against " + far);
  }

  @Test
  void nativeMemoryStaysFlatOverManyCalls() {
    List<String> texts = List.of("lip balm", "drill");
    encoder.encode(texts);
    int before = arrays();
    for (int call = 0; call < 200; call++) {
      encoder.encode(texts);
    }
    assertEquals(before, arrays());
  }

  @Test
  void manyThreadsGetWhatOneGets() throws InterruptedException, ExecutionException {
    List<String> texts = texts(8);
    float[][] expected = encoder.encode(texts);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        results.add(threads.submit(() -> encoder.encode(texts)));
      }
      for (Future<float[][]> result : results) {
        float[][] rows = result.get();
        for (int i = 0; i < rows.length; i++) {
          assertArrayEquals(expected[i], rows[i], 1e-5f);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aClosedEncoderRefuses() {
    BertTextEncoder closed = BertTextEncoder.miniLm();
    closed.close();
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.encode(List.of("lip balm")));
  }

  private static int arrays() {
    return ((BaseNDManager) encoder.manager()).getManagedArrays().size();
  }

  private static float[] one(String text) {
    return encoder.encode(List.of(text))[0];
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static List<String> texts(int count) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    return Stream.generate(() -> text(random)).limit(count).toList();
  }

  private static String text(RandomGenerator random) {
    return Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size())))
        .limit(random.nextInt(40))
        .collect(Collectors.joining(" "));
  }
}
