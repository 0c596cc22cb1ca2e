package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ItemBookTest {
  private static final int[] NOBODY = {};
  private final CountConfig config = new CountConfig(2, 0.8, 3, 100, new double[] {10, 100, 1_000});
  private final ItemBook book = new ItemBook(config);

  @Test
  void linksTheLastItemsWithTheOneThatFollowedBothWays() {
    book.learn(new int[] {7, 1, 2}, 3, 1);
    assertThat(companions(2)).isEqualTo(Map.of(3, 1f));
    assertThat(companions(1)).isEqualTo(Map.of(3, 0.5f));
    assertThat(companions(3)).isEqualTo(Map.of(2, 0.8f, 1, 0.4f));
    assertThat(book.counts(7)).isNull();
  }

  @Test
  void doesNotLinkAnItemWithItself() {
    book.learn(new int[] {3}, 3, 1);
    assertThat(companions(3)).isEmpty();
    assertThat(taken(3)).isEqualTo(1, within(0.01));
  }

  @Test
  void fadesLinksAndCountsByHalfAfterAHalfLife() {
    book.learn(new int[] {1}, 2, 1);
    for (int i = 0; i < 99; i++) {
      book.learn(NOBODY, 50, 1);
    }
    assertThat(book.tick()).isEqualTo(100);
    Companions of = counts(1).companions();
    assertThat(of.weight(0) * of.faded(100, config)).isEqualTo(0.5, within(1e-6));
    assertThat(taken(2)).isEqualTo(0.5, within(1e-6));
    assertThat(counts(2).recent(0, 100, config)).isEqualTo(1 / 1024.0, within(1e-9));
    book.learn(new int[] {1}, 2, 1);
    assertThat(counts(1).companions().weight(0)).isEqualTo(1.5f, within(1e-6f));
  }

  @Test
  void keepsTheHeaviestOfAFullList() {
    for (int other : new int[] {10, 10, 11, 11, 12, 13}) {
      book.learn(new int[] {1}, other, 1);
    }
    assertThat(companions(1)).containsOnlyKeys(10, 11, 13);
  }

  @Test
  void aDislikeTakesLinksAwayAndIsNoPopularity() {
    book.learn(new int[] {1}, 2, 1);
    book.learn(new int[] {1}, 3, 1);
    book.learn(new int[] {1}, 2, -0.25);
    assertThat(companions(1).get(2)).isEqualTo(0.75f, within(0.02f));
    assertThat(taken(2)).isEqualTo(1, within(0.03));
    book.learn(new int[] {1}, 2, -5);
    assertThat(companions(1)).containsOnlyKeys(3);
    book.learn(new int[] {1}, 9, -1);
    assertThat(companions(1)).containsOnlyKeys(3);
    assertThat(counts(9).isTaken()).isFalse();
  }

  @Test
  void forgetsAnItemEverywhere() {
    book.learn(new int[] {1}, 2, 1);
    book.learn(new int[] {1}, 3, 1);
    book.remove(2);
    assertThat(book.counts(2)).isNull();
    assertThat(companions(1)).containsOnlyKeys(3);
    assertThat(book.popular()).containsExactly(3);
  }

  @Test
  void namesWhatIsPopularOfLateExactly() {
    PopularItems popular = new PopularItems(2, 10);
    popular.taken(1, 1, 0);
    popular.taken(2, 3, 1);
    popular.taken(3, 1, 2);
    assertThat(popular.items()).containsExactlyInAnyOrder(2, 3);
    popular.taken(4, 0.5, 3);
    assertThat(popular.items()).containsExactlyInAnyOrder(2, 3);
    popular.taken(1, 1, 40);
    assertThat(popular.items()).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void readsWhatItWroteAndLeavesOutCompanionsThatAreGone() {
    book.learn(new int[] {1}, 2, 1);
    book.learn(new int[] {2}, 1, 1);
    book.learn(new int[] {1}, 3, 1);
    byte[] bytes = ItemCountsCodec.encode(counts(1), item -> "item-" + item);
    ItemCounts read =
        ItemCountsCodec.decode(
            bytes, name -> name.equals("item-3") ? -1 : name.charAt(name.length() - 1) - '0');
    ItemBook other = new ItemBook(config);
    other.restore(1, read);
    assertThat(companions(other, 1)).isEqualTo(Map.of(2, companions(1).get(2)));
    assertThat(read.taken(50, config)).isEqualTo(counts(1).taken(50, config));
    assertThat(read.recent(1, 50, config)).isEqualTo(counts(1).recent(1, 50, config));
    assertThat(read.firstTick()).isEqualTo(1);
    assertThat(other.popular()).containsExactly(1);
    assertThat(other.tick()).isEqualTo(2);
  }

  @Test
  void goesOnAfterARestartAsIfNothingHadHappened() {
    ItemBook again = new ItemBook(config);
    book.learn(new int[] {1}, 2, 1);
    for (int item : new int[] {1, 2}) {
      byte[] bytes = ItemCountsCodec.encode(counts(item), Integer::toString);
      again.restore(item, ItemCountsCodec.decode(bytes, Integer::parseInt));
    }
    book.learn(new int[] {1}, 2, 1);
    again.learn(new int[] {1}, 2, 1);
    assertThat(ItemCountsCodec.encode(Objects.requireNonNull(again.counts(1)), Integer::toString))
        .isEqualTo(ItemCountsCodec.encode(counts(1), Integer::toString));
  }

  private ItemCounts counts(int item) {
    return Objects.requireNonNull(book.counts(item));
  }

  private double taken(int item) {
    return counts(item).taken(book.tick(), config);
  }

  private Map<Integer, Float> companions(int item) {
    return companions(book, item);
  }

  private static Map<Integer, Float> companions(ItemBook book, int item) {
    Companions of = Objects.requireNonNull(book.counts(item)).companions();
    Map<Integer, Float> found = new HashMap<>();
    for (int i = 0; i < of.size(); i++) {
      found.put(of.item(i), of.weight(i));
    }
    return found;
  }
}
