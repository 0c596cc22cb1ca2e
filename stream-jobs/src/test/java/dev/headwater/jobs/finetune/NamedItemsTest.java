package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.NamedItems;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The wire contract takes names out of counts as the one who writes them wrote them. */
class NamedItemsTest {
  private static final List<String> NAMES = List.of("a", "b\u00fcrste", "c");

  private static EmbeddingRow row() {
    Companions companions =
        Companions.of(new int[] {0, 1, 2}, new float[] {0.5f, 0.25f, 0.125f}, 9);
    ItemCounts counts = new ItemCounts(4, new double[] {3, 2, 1}, 5, 8, companions);
    return EmbeddingRow.newBuilder()
        .setCounts(ByteString.copyFrom(ItemCountsCodec.encode(counts, NAMES::get)))
        .addNearTexts(NearText.newBuilder().setItem("c").setCosine(0.5f))
        .addNearTexts(NearText.newBuilder().setItem("d").setCosine(0.25f))
        .build();
  }

  @Test
  void namesGoAndAllElseStays() {
    EmbeddingRow less = NamedItems.without(row(), Set.of("b\u00fcrste", "d")::contains);
    assertThat(less.getCounts().toByteArray())
        .isEqualTo(
            ItemCountsCodec.encode(
                ItemCountsCodec.decode(
                    row().getCounts().toByteArray(),
                    name -> name.startsWith("b") ? -1 : NAMES.indexOf(name)),
                NAMES::get));
    assertThat(less.getNearTextsList()).extracting(NearText::getItem).containsExactly("c");
  }

  @Test
  void incarnationsStayWithTheirNames() {
    long[] incarnations = {7, 1L << 30, 300};
    Companions companions =
        Companions.of(new int[] {0, 1, 2}, new float[] {0.5f, 0.25f, 0.125f}, 9);
    ItemCounts counts = new ItemCounts(4, new double[] {3, 2, 1}, 5, 8, companions);
    byte[] written = ItemCountsCodec.encode(counts, NAMES::get, number -> incarnations[number]);
    EmbeddingRow row = EmbeddingRow.newBuilder().setCounts(ByteString.copyFrom(written)).build();
    EmbeddingRow less = NamedItems.without(row, NAMES.get(1)::equals);
    Map<String, Long> left = new HashMap<>();
    ItemCountsCodec.decodeByIncarnation(
        less.getCounts().toByteArray(),
        (item, incarnation) -> {
          left.put(item, incarnation);
          return 0;
        });
    assertThat(left).isEqualTo(Map.of("a", 7L, "c", 300L));
  }

  @Test
  void aRowThatNamesNoneOfThemIsTheSame() {
    EmbeddingRow row = row();
    assertThat(NamedItems.without(row, Set.of("x")::contains)).isSameAs(row);
  }

  @Test
  void countsThatCannotBeReadAreLeftOut() {
    byte[] whole = row().getCounts().toByteArray();
    for (int length : new int[] {1, 40, whole.length - 1}) {
      EmbeddingRow cut =
          EmbeddingRow.newBuilder().setCounts(ByteString.copyFrom(whole, 0, length)).build();
      assertThat(NamedItems.without(cut, name -> false).getCounts()).isEmpty();
    }
  }
}
