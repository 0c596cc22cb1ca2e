package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassedByTest {
  private final PassedBy passedBy = new PassedBy();

  private List<String> taken(boolean open, long nanos) {
    List<String> due = new ArrayList<>();
    passedBy.take(
        domain -> open,
        nanos,
        domain -> {
          assertThat(passedBy.domains()).as("named until it is handed over").contains(domain);
          due.add(domain);
        });
    return due;
  }

  @Test
  void aDomainIsHandedOverOnceItHasABundleHere() {
    passedBy.add("shop", 1);
    assertThat(taken(false, 2)).isEmpty();
    assertThat(passedBy.domains()).containsExactly("shop");
    assertThat(taken(true, 3)).containsExactly("shop");
    assertThat(passedBy.domains()).isEmpty();
    assertThat(taken(true, 4)).isEmpty();
  }

  @Test
  void whatCameLongBeforeItsBundleIsTheFirstSubtasksToSee() {
    passedBy.add("shop", 0);
    assertThat(taken(true, Duration.ofMinutes(21).toNanos())).isEmpty();
    assertThat(passedBy.domains()).isEmpty();
  }

  @Test
  void aDomainCountsAsFilledWhereEverySubtaskSaysSo() {
    assertThat(ColdStartFunction.ofAll(List.of("a", "b", "", "a", "")))
        .containsExactlyInAnyOrder("a");
    assertThat(ColdStartFunction.ofAll(List.of("a", "b"))).as("of an older release").hasSize(2);
    assertThat(ColdStartFunction.ofAll(List.of())).isEmpty();
  }
}
