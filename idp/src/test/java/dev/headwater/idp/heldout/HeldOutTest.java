package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.data.Sequences;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final Sequences SEQUENCES =
      new Sequences(
          9,
          List.of("a", "b", "c", "d"),
          List.of(new int[] {1, 2, 3}, new int[] {4, 5, 4}, new int[] {6, 7, 7}, new int[] {8}));

  @Test
  void theLastEventIsTheTestAndItsHistoryAllBeforeIt() {
    List<HeldOut> test = HeldOut.fromEnd(SEQUENCES, 1);
    assertThat(test).hasSize(1);
    assertThat(test.get(0).target()).isEqualTo(3);
    assertThat(test.get(0).history()).containsExactly(1, 2);
  }

  @Test
  void theOneBeforeIsValidationAndDoesNotKnowTheLast() {
    List<HeldOut> validation = HeldOut.fromEnd(SEQUENCES, 2);
    assertThat(validation).extracting(HeldOut::target).containsExactly(2, 5, 7);
    assertThat(validation.get(2).history()).containsExactly(6);
  }

  @Test
  void aTargetThatStandsInItsHistoryIsNotAsked() {
    // b ends where it began, c with what came just before; d has no history.
    assertThat(HeldOut.fromEnd(SEQUENCES, 1)).extracting(HeldOut::target).doesNotContain(4, 7, 8);
    assertThat(HeldOut.fromEnd(SEQUENCES, 3)).isEmpty();
  }
}
