package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.expert.ItemCountsCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemNumbersTest {
  private static final long UNKNOWN = ItemCountsCodec.UNKNOWN;

  private final ItemNumbers numbers = new ItemNumbers();
  private final List<Integer> over = new ArrayList<>();

  private int begin(String item, long incarnation) {
    return numbers.begin(item, incarnation, over::add);
  }

  @Test
  void whatAListNamesIsTheRowThatBeginsWithItsIncarnation() {
    int named = numbers.of("a", 1);
    assertThat(numbers.find("a")).as("it has no row").isNegative();
    assertThat(begin("a", 1)).isEqualTo(named);
    assertThat(numbers.find("a")).isEqualTo(named);
    assertThat(numbers.of("a", 1)).isEqualTo(named);
    assertThat(numbers.of("a", UNKNOWN)).isEqualTo(named);
    assertThat(over).isEmpty();
  }

  @Test
  void anIncarnationOfBeforeIsNobody() {
    int stands = begin("a", 2);
    assertThat(numbers.of("a", 1)).isNegative();
    assertThat(numbers.of("a", 3)).as("one that is still to begin").isNotEqualTo(stands);
  }

  @Test
  void aNewIncarnationEndsWhatListsSaidOfThoseBefore() {
    int former = numbers.of("a", 1);
    int later = numbers.of("a", 5);
    int own = begin("a", 3);
    assertThat(own).isNotIn(former, later);
    assertThat(over).containsExactly(former);
    numbers.end(own);
    assertThat(numbers.find("a")).isNegative();
    assertThat(begin("a", 5)).isEqualTo(later);
    assertThat(numbers.name(later)).isEqualTo("a");
    assertThat(numbers.incarnation(later)).isEqualTo(5);
  }

  /** Near texts name no incarnation, and are read before the lists. */
  @Test
  void whatIsNamedWithAndWithoutAnIncarnationIsOne() {
    int near = numbers.of("a", UNKNOWN);
    assertThat(numbers.of("a", 2)).isEqualTo(near);
    assertThat(numbers.of("a", UNKNOWN)).isEqualTo(near);
    assertThat(begin("a", 2)).isEqualTo(near);
    int alone = numbers.of("b", UNKNOWN);
    assertThat(begin("b", 7)).isEqualTo(alone);
    assertThat(over).isEmpty();
  }

  @Test
  void anItemThatBeginsAgainHasAnotherNumber() {
    int first = begin("a", 1);
    numbers.end(first);
    assertThat(begin("a", 2)).isNotEqualTo(first);
    numbers.end(first);
    assertThat(numbers.find("a")).as("the former one ends once").isNotNegative();
  }
}
