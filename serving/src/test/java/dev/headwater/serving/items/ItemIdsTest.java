package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Codes for ever of what rows name, and for a while of what histories alone name. */
class ItemIdsTest {
  private final ItemIds ids = new ItemIds();

  @Test
  void whatRowsNameKeepsItsCode() {
    int a = ids.code("a");
    assertThat(ids.code("a")).isEqualTo(a).isNotNegative();
    assertThat(ids.historyCode("a")).isEqualTo(a);
    assertThat(ids.find("a")).isEqualTo(a);
    assertThat(ids.id(a)).isEqualTo("a");
    int[] history = {a, a};
    assertThat(ids.resolved(history)).isSameAs(history);
  }

  /** The first two of each pair have one hash. */
  @Test
  void identifiersOfAnyLettersAreToldApart() {
    List<String> all =
        List.of(
            "Aa", "BB", "Aaß", "BBß", "ßAa€", "ßBB€", "😀Aa", "😀BB", "A", "a", "", "ß", "Aaß ");
    int[] codes = all.stream().mapToInt(ids::code).toArray();
    assertThat(codes).containsExactly(IntStream.range(0, all.size()).toArray());
    for (int i = 0; i < codes.length; i++) {
      assertThat(ids.find(all.get(i))).isEqualTo(codes[i]);
      assertThat(ids.code(all.get(i))).isEqualTo(codes[i]);
      assertThat(ids.id(codes[i])).isEqualTo(all.get(i));
    }
    assertThat(ids.find("AaBB")).isEqualTo(ItemIds.UNKNOWN);
  }

  @Test
  void identifiersMayBeOfAnyLength() {
    for (int length = 0; length < 300; length++) {
      assertThat(ids.code("€".repeat(length))).isEqualTo(length);
    }
    int large = ids.code("x".repeat(100_000));
    for (int length = 0; length < 300; length++) {
      assertThat(ids.id(length)).isEqualTo("€".repeat(length));
      assertThat(ids.find("€".repeat(length))).isEqualTo(length);
    }
    assertThat(ids.id(large)).hasSize(100_000);
    assertThat(ids.find("x".repeat(99_999))).isEqualTo(ItemIds.UNKNOWN);
    assertThatThrownBy(() -> ids.id(large + 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ids.id(large + 100)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The table grows eight times, and its hashes are shorter each time. */
  @Test
  void aReaderFindsWhatItHeardOfWhileTheTableGrows() throws InterruptedException {
    int count = 300_000;
    AtomicInteger heard = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    Thread reader =
        new Thread(
            () -> {
              Random random = new Random(3);
              while (heard.get() < count) {
                int code = random.nextInt(heard.get() + 1);
                int found = ids.find("item " + code);
                boolean known = code < heard.get();
                wrong.addAndGet(found == code || (found == ItemIds.UNKNOWN && !known) ? 0 : 1);
                wrong.addAndGet(ids.find("no item " + code) == ItemIds.UNKNOWN ? 0 : 1);
              }
            });
    reader.start();
    for (int code = 0; code < count; code++) {
      assertThat(ids.code("item " + code)).isEqualTo(code);
      heard.set(code + 1);
    }
    reader.join();
    assertThat(wrong.get()).isZero();
    for (int code = 0; code < count; code++) {
      assertThat(ids.find("item " + code)).isEqualTo(code);
      assertThat(ids.id(code)).isEqualTo("item " + code);
      assertThat(ids.find("other " + code)).isEqualTo(ItemIds.UNKNOWN);
    }
    assertThat(ids.size()).isEqualTo(count);
  }

  @Test
  void aClickBeforeItsItemMeansTheItemOnceItIsThere() {
    int early = ids.historyCode("new");
    assertThat(early).isLessThan(ItemIds.UNKNOWN);
    assertThat(ids.historyCode("new")).isEqualTo(early);
    assertThat(ids.find("new")).isEqualTo(ItemIds.UNKNOWN);
    assertThat(ids.resolved(new int[] {early})).isEmpty();
    assertThat(ids.historyId(early)).isEqualTo("new");
    int code = ids.code("new");
    assertThat(ids.resolved(new int[] {early, code})).containsExactly(code, code);
    assertThat(ids.historyId(early)).isEqualTo("new");
    for (int i = 0; i < 2 * ItemIds.UNNAMED_MAX; i++) {
      var unused = ids.historyCode("junk-" + i);
    }
    assertThat(ids.resolved(new int[] {early})).as("for ever").containsExactly(code);
  }

  @Test
  void tenMillionIdentifiersOfHistoriesAloneLeaveNothingBehind() {
    int known = ids.code("known");
    int first = ids.historyCode("junk-0");
    int last = 0;
    for (int i = 1; i < 10_000_000; i++) {
      last = ids.historyCode("junk-" + i);
    }
    assertThat(ids.size()).isEqualTo(1);
    assertThat(ids.unnamedSize()).isEqualTo(ItemIds.UNNAMED_MAX);
    assertThat(ids.resolved(new int[] {first, known, last})).containsExactly(known);
    assertThat(ids.historyId(first)).isNull();
    assertThat(ids.historyId(last)).isEqualTo("junk-9999999");
    assertThat(ids.code("junk-0")).as("the next code of an item").isEqualTo(known + 1);
    assertThat(ids.resolved(new int[] {first})).as("too late for its history").isEmpty();
  }
}
