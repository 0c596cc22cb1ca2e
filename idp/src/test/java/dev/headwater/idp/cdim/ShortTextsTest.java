package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShortTextsTest {
  private static final int WIDTH = 20;

  private final SplittableRandom random = new SplittableRandom(8);

  @Test
  void keepProductsOfTextsThatUseFewDirections() {
    float[][] used = {text(), text(), text()};
    List<KnownItem> items = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      float[] mixed = new float[WIDTH];
      for (float[] direction : used) {
        float share = (float) random.nextDouble();
        for (int k = 0; k < WIDTH; k++) {
          mixed[k] += share * direction[k];
        }
      }
      items.add(item(mixed));
    }
    ShortTexts shortTexts = ShortTexts.of(items, 3);
    for (int i = 1; i < items.size(); i++) {
      float[] a = items.get(i - 1).text();
      float[] b = items.get(i).text();
      assertThat(shortTexts.of(a)).hasSize(3);
      assertThat(ShortTexts.dot(shortTexts.of(a), shortTexts.of(b)))
          .isCloseTo(ShortTexts.dot(a, b), within(1e-4f));
    }
  }

  @Test
  void textsThatAreShortEnoughStayAsTheyAre() {
    float[] text = text();
    assertThat(ShortTexts.of(List.of(item(text)), WIDTH).of(text)).isSameAs(text);
    assertThat(ShortTexts.of(List.of(), 3).of(text)).isSameAs(text);
  }

  @Test
  void aProductTakesEveryNumberIn() {
    assertThat(ShortTexts.dot(new float[] {1, 2, 3, 4, 5}, new float[] {1, 1, 1, 1, 10}))
        .isEqualTo(60);
  }

  private KnownItem item(float[] text) {
    return new KnownItem("d", "i", text, new float[] {1});
  }

  private float[] text() {
    float[] text = new float[WIDTH];
    for (int k = 0; k < WIDTH; k++) {
      text[k] = (float) random.nextGaussian();
    }
    return text;
  }
}
