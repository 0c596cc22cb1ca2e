package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankBudgetTest {
  private static final List<Integer> WINDOW = Collections.nCopies(200, 1);

  @Test
  void ranksAllWhileTheBudgetAllowsIt() {
    RankBudget budget = new RankBudget(100);
    int ranked = 0;
    for (int ms = 1_000; ms < 11_000; ms += 100) {
      ranked += budget.choose(WINDOW.subList(0, 5), ms).size();
    }
    assertThat(ranked).isEqualTo(500);
  }

  @Test
  void ranksNoMoreThanSoManyASecondAndNeverAHandful() {
    RankBudget budget = new RankBudget(100);
    int ranked = 0;
    for (int ms = 1_000; ms < 11_000; ms += 50) {
      int now = budget.choose(WINDOW, ms).size();
      assertThat(now)
          .satisfiesAnyOf(n -> assertThat(n).isZero(), n -> assertThat(n).isGreaterThan(31));
      ranked += now;
    }
    assertThat(ranked).isBetween(1_000, 1_100);
  }

  @Test
  void goesOnWhereTheClockWasSetBack() {
    RankBudget budget = new RankBudget(100);
    assertThat(budget.choose(WINDOW, 3_600_000)).hasSize(100);
    assertThat(budget.choose(WINDOW, 5_000)).as("nothing is saved up").isEmpty();
    assertThat(budget.choose(WINDOW, 6_000)).hasSize(100);
  }

  @Test
  void ofManyDomainsNoneTakesMoreThanItsShare() {
    RankBudget budget = new RankBudget(100);
    budget.shareBy(10);
    List<Integer> many = IntStream.range(0, 80).boxed().toList();
    assertThat(budget.chooseShare(many, 1_000)).hasSize(10);
    budget.shareBy(1);
    assertThat(budget.chooseShare(many, 1_000)).hasSize(80);
  }
}
