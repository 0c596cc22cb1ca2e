package dev.headwater.idp.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What each user got in the whole catalog, as a cell keeps it: the ranks from 1 to {@link #LAST},
 * {@code gap:rank} after {@code gap:rank}, where the gap is how many users lie between one that is
 * told of and the next. So a cell of ten thousand users is five kilobytes, and all that figures are
 * compared by lies beside them. For the intervals of metrics a rank beyond is worth nothing; means
 * are kept of all ranks.
 */
final class FirstRanks {
  /** At 1 / 20 what is left out adds less than a hundredth to the deviation of MRR. */
  static final int LAST = 20;

  private FirstRanks() {}

  /** Writes ranks, user by user. */
  static String write(List<Double> ranks) {
    int[] before = {-1};
    return IntStream.range(0, ranks.size())
        .filter(user -> ranks.get(user) <= LAST)
        .mapToObj(
            user -> {
              int gap = user - before[0] - 1;
              before[0] = user;
              return gap + ":" + number(ranks.get(user));
            })
        .collect(Collectors.joining(" "));
  }

  /** Ties count half. */
  private static String number(double rank) {
    return rank == Math.rint(rank) ? Integer.toString((int) rank) : Double.toString(rank);
  }

  /** Reads them: those that were left out are infinite. */
  static double[] read(String text, int users) {
    double[] ranks = new double[users];
    Arrays.fill(ranks, Double.POSITIVE_INFINITY);
    int user = -1;
    for (String one : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      int colon = one.indexOf(':');
      user += 1 + Integer.parseInt(one.substring(0, colon));
      ranks[user] = Double.parseDouble(one.substring(colon + 1));
    }
    return ranks;
  }
}
