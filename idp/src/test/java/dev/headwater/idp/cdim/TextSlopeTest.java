package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows that are a linear function of their texts, and another mean in each domain. */
class TextSlopeTest {
  private static final int TEXT_DIM = 6;
  private static final int DIM = 3;
  private static final float[] OFFSETS = {5, -20};

  private final Random random = new Random(4);
  private final float[] truth = floats(TEXT_DIM * DIM);
  private final List<KnownItem> items = new ArrayList<>();

  @Test
  void findsWhatRowsFollowWithinDomains() {
    add("films", 200, OFFSETS[0]);
    add("pans", 300, OFFSETS[1]);
    assertThat(TextSlope.of(items).weights()).containsExactly(truth, within(0.03f));
  }

  @Test
  void aMatchOfTheSameTextStaysAndAnotherTurnsTowardsTheText() {
    add("films", 300, 0);
    TextSlope slope = TextSlope.of(items);
    KnownItem match = items.get(0);
    KnownItem wanted = items.get(1);
    assertThat(moved(slope, match.text(), match)).containsExactly(match.embedding(), within(1e-4f));
    float[] turned = moved(slope, wanted.text(), match);
    assertThat(Cdim.norm(turned)).isCloseTo(Cdim.norm(match.embedding()), within(1e-3));
    assertThat(cosine(turned, wanted.embedding()))
        .isGreaterThan(cosine(match.embedding(), wanted.embedding()));
  }

  @Test
  void withoutASlopeMatchesAreLeftAlone() {
    add("films", 3, 0);
    List<SourceIndex.Neighbour> matches = List.of(items.get(0).near(1));
    assertThat(TextSlope.none().moved(items.get(1).text(), matches)).isSameAs(matches);
  }

  @Test
  void textsThatSayNothingGiveNoSlope() {
    items.add(new KnownItem("films", "a", new float[TEXT_DIM], floats(DIM)));
    items.add(new KnownItem("films", "b", new float[TEXT_DIM], floats(DIM)));
    assertThat(TextSlope.of(items).weights()).containsOnly(0);
  }

  @Test
  void refusesWeightsOfAnotherShape() {
    assertThatThrownBy(() -> new TextSlope(2, 3, new float[5]))
        .hasMessageContaining("5 values")
        .hasMessageContaining("2 by 3");
  }

  private static float[] moved(TextSlope slope, float[] text, KnownItem match) {
    return slope.moved(text, List.of(match.near(1))).get(0).embedding();
  }

  private void add(String domain, int count, float offset) {
    for (int i = 0; i < count; i++) {
      float[] text = floats(TEXT_DIM);
      float[] row = new float[DIM];
      for (int d = 0; d < DIM; d++) {
        row[d] = offset;
        for (int k = 0; k < TEXT_DIM; k++) {
          row[d] += text[k] * truth[k * DIM + d];
        }
      }
      items.add(new KnownItem(domain, "i" + i, text, row));
    }
  }

  private float[] floats(int count) {
    float[] drawn = new float[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = (float) random.nextGaussian();
    }
    return drawn;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum / Cdim.norm(a) / Cdim.norm(b);
  }
}
