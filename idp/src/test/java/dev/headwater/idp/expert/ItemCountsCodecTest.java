package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemCountsCodecTest {
  private final byte[] bytes =
      ItemCountsCodec.encode(
          new ItemCounts(
              1, new double[] {1, 1, 1}, 0, 5, Companions.of(new int[] {4}, new float[] {2}, 5)),
          Integer::toString);

  @Test
  void incarnationsStandBehindTheCompanions() {
    long[] incarnations = {0, 300, 1L << 40, ItemCountsCodec.UNKNOWN};
    ItemCounts counts =
        new ItemCounts(
            1,
            new double[] {1, 1, 1},
            0,
            5,
            Companions.of(new int[] {0, 1, 2, 3}, new float[] {4, 3, 2, 1}, 5));
    byte[] written =
        ItemCountsCodec.encode(counts, Integer::toString, number -> incarnations[number]);
    List<Long> read = new ArrayList<>();
    ItemCounts some =
        ItemCountsCodec.decodeByIncarnation(
            written,
            (item, incarnation) -> {
              read.add(incarnation);
              return incarnation == 300 ? -1 : Integer.parseInt(item);
            });
    assertThat(read).containsExactly(0L, 300L, 1L << 40, ItemCountsCodec.UNKNOWN);
    assertThat(some.companions().size()).isEqualTo(3);
    assertThat(some.companions().weight(1)).as("each keeps its weight").isEqualTo(2);
    assertThat(ItemCountsCodec.decode(written, Integer::parseInt).companions().size())
        .as("who knows items by name alone")
        .isEqualTo(4);
    byte[] plain = ItemCountsCodec.encode(counts, Integer::toString);
    assertThat(Arrays.copyOf(written, plain.length)).as("as it was before").isEqualTo(plain);
    assertThatThrownBy(
            () ->
                ItemCountsCodec.decode(
                    Arrays.copyOf(written, written.length - 1), Integer::parseInt))
        .hasMessageContaining("cut");
  }

  /** Names are written as {@code DataOutput.writeUTF} writes them, whatever letters they have. */
  @Test
  void namesOfAllLettersAreReadAsTheyWereWritten() {
    String[] names = {"plain", "gr\u00fcn", "\u4e2d\u6587", "\ud83d\ude00", "a\u0000b", ""};
    int[] items = {0, 1, 2, 3, 4, 5};
    float[] weights = {6, 5, 4, 3, 2, 1};
    ItemCounts counts =
        new ItemCounts(1, new double[] {1, 1, 1}, 0, 5, Companions.of(items, weights, 5));
    List<String> read = new ArrayList<>();
    ItemCounts back =
        ItemCountsCodec.decode(
            ItemCountsCodec.encode(counts, item -> names[item]),
            name -> {
              read.add(name);
              return read.size() - 1;
            });
    assertThat(read).containsExactly(names);
    assertThat(back.companions().weight(5)).isEqualTo(1);
  }

  @Test
  void aNameTooLongForItsLengthIsRefusedAndNotCut() {
    ItemCounts counts =
        new ItemCounts(
            1, new double[] {1, 1, 1}, 0, 5, Companions.of(new int[] {1}, new float[] {1}, 5));
    String longest = "a".repeat(65_535);
    assertThat(ItemCountsCodec.encode(counts, item -> longest)).hasSizeGreaterThan(65_535);
    assertThatThrownBy(() -> ItemCountsCodec.encode(counts, item -> longest + "a"))
        .isInstanceOf(UncheckedIOException.class);
  }

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
