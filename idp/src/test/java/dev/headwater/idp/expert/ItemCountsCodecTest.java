package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ItemCountsCodecTest {
  private final byte[] bytes =
      ItemCountsCodec.encode(
          new ItemCounts(
              1, new double[] {1, 1, 1}, 0, 5, Companions.of(new int[] {4}, new float[] {2}, 5)),
          Integer::toString);

  /** An item taken as a first event alone, or whose companions have ended: it is written so. */
  @Test
  void aListThatWasReadEmptyTakesCompanionsAgain() {
    byte[] written =
        ItemCountsCodec.encode(
            new ItemCounts(1, new double[] {1, 1, 1}, 0, 5, new Companions()), Integer::toString);
    ItemCounts read = ItemCountsCodec.decode(written, Integer::parseInt);
    for (int other = 1; other <= 9; other++) {
      read.link(other, 1, 6, CountConfig.defaults());
    }
    assertThat(read.companions().size()).isEqualTo(9);
  }

  @Test
  void refusesBytesThatAreCut() {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ItemCountsCodec.decode(cut, Integer::parseInt))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesALaterFormat() {
    bytes[0] = 2;
    assertThatThrownBy(() -> ItemCountsCodec.decode(bytes, Integer::parseInt))
        .hasMessageContaining("format 2");
  }

  @Test
  void refusesWeightsThatAreNotNumbersAboveZero() {
    for (float weight : new float[] {Float.NaN, 0, -1, Float.POSITIVE_INFINITY}) {
      Companions broken = Companions.of(new int[] {4}, new float[] {weight}, 5);
      byte[] written =
          ItemCountsCodec.encode(
              new ItemCounts(1, new double[] {1, 1, 1}, 0, 5, broken), Integer::toString);
      assertThatThrownBy(() -> ItemCountsCodec.decode(written, Integer::parseInt))
          .hasMessageContaining("weighs");
    }
    byte[] counts =
        ItemCountsCodec.encode(
            new ItemCounts(Double.NaN, new double[] {1, 1, 1}, 0, 5, new Companions()),
            Integer::toString);
    assertThatThrownBy(() -> ItemCountsCodec.decode(counts, Integer::parseInt))
        .hasMessageContaining("no numbers");
  }
}
