package dev.headwater.idp.evaluate;

import dev.headwater.idp.heldout.HeldOut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A target without some of its items: they leave training altogether, as target, history and
 * competitor alike.
 *
 * @param all the whole target
 * @param warm the target that training sees, its items renumbered
 * @param warmItems for each new number the number in the whole target
 * @param isCold which items of the whole target are cold
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record ColdSplit(TargetData all, TargetData warm, int[] warmItems, boolean[] isCold) {
  /** Makes a share of the items cold. */
  static ColdSplit of(TargetData all, double share, long seed) {
    List<Integer> items = new ArrayList<>();
    for (int i = 0; i < all.itemCount(); i++) {
      items.add(i);
    }
    Collections.shuffle(items, new Random(seed));
    boolean[] isCold = new boolean[all.itemCount()];
    items.subList(0, (int) (share * all.itemCount())).forEach(item -> isCold[item] = true);
    int[] numberOf = new int[all.itemCount()];
    int[] warmItems = new int[all.itemCount()];
    int count = 0;
    for (int i = 0; i < numberOf.length; i++) {
      numberOf[i] = isCold[i] ? -1 : count;
      if (!isCold[i]) {
        warmItems[count++] = i;
      }
    }
    warmItems = Arrays.copyOf(warmItems, count);
    float[][] texts =
        Arrays.stream(warmItems).mapToObj(i -> all.texts()[i]).toArray(float[][]::new);
    TargetData warm =
        new TargetData(
            all.name(),
            Arrays.stream(warmItems).mapToObj(all.items()::get).toList(),
            texts,
            all.train().stream().map(s -> renumbered(s, numberOf)).toList(),
            questions(all.validation(), numberOf),
            questions(all.test(), numberOf));
    return new ColdSplit(all, warm, warmItems, isCold);
  }

  /** The numbers of the cold items in the whole target. */
  int[] coldItems() {
    return IntStream.range(0, isCold.length).filter(i -> isCold[i]).toArray();
  }

  /** The questions whose target is cold, or those whose target is warm. */
  List<HeldOut> asking(List<HeldOut> questions, boolean cold) {
    return questions.stream().filter(q -> isCold[q.target()] == cold).toList();
  }

  private static List<HeldOut> questions(List<HeldOut> questions, int[] numberOf) {
    List<HeldOut> kept = new ArrayList<>();
    for (HeldOut question : questions) {
      int[] history = renumbered(question.history(), numberOf);
      if (numberOf[question.target()] >= 0 && history.length > 0) {
        kept.add(new HeldOut(history, numberOf[question.target()]));
      }
    }
    return kept;
  }

  private static int[] renumbered(int[] items, int[] numberOf) {
    return Arrays.stream(items).map(item -> numberOf[item]).filter(item -> item >= 0).toArray();
  }
}
