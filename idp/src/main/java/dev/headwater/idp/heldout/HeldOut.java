package dev.headwater.idp.heldout;

import dev.headwater.idp.data.Sequences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One question to a model: after this history, which item followed?
 *
 * @param history item numbers, oldest first
 * @param target the item that followed; it does not stand in the history
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record HeldOut(int[] history, int target) {
  /**
   * Asks for the event {@code back} from the end of each sequence: 1 is the last (test), 2 the one
   * before (validation). Sequences whose target already stands in the history are skipped.
   */
  public static List<HeldOut> fromEnd(Sequences sequences, int back) {
    List<HeldOut> questions = new ArrayList<>();
    for (int[] sequence : sequences.sequences()) {
      int at = sequence.length - back;
      if (at >= 1) {
        int[] history = Arrays.copyOf(sequence, at);
        if (Arrays.stream(history).noneMatch(item -> item == sequence[at])) {
          questions.add(new HeldOut(history, sequence[at]));
        }
      }
    }
    return questions;
  }
}
