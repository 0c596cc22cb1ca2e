package dev.headwater.idp.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Sequences of one domain and similar length, in rows of the table.
 *
 * @param domain where they come from
 * @param windows two or more rows each, oldest first; all but the last are history
 */
record TrainBatch(TrainingDomain domain, List<int[]> windows) {
  /** A little disorder among lengths, so that batches differ from epoch to epoch. */
  private static final double LENGTH_JITTER = 2;

  /** The batches of one epoch, in random order. */
  static List<TrainBatch> epoch(
      List<TrainingDomain> domains, TrainConfig config, int maxLength, long seed) {
    int batchSize = config.batchSize();
    Random random = new Random(seed);
    List<TrainBatch> batches = new ArrayList<>();
    for (TrainingDomain domain : domains) {
      List<int[]> once = windows(domain, maxLength, config.windows());
      List<int[]> windows = new ArrayList<>();
      for (int copy = 0; copy < config.copies(); copy++) {
        windows.addAll(once);
      }
      Collections.shuffle(windows, random);
      double[] keys = new double[windows.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = windows.get(i).length + random.nextDouble() * LENGTH_JITTER;
      }
      List<int[]> sorted =
          IntStream.range(0, keys.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> keys[i]))
              .map(windows::get)
              .toList();
      for (int from = 0; from < sorted.size(); from += batchSize) {
        int to = Math.min(sorted.size(), from + batchSize);
        batches.add(new TrainBatch(domain, sorted.subList(from, to)));
      }
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  /** From the end backwards; each begins where the next one's first target is its last item. */
  private static List<int[]> windows(TrainingDomain domain, int maxLength, int most) {
    List<int[]> windows = new ArrayList<>();
    for (int[] sequence : domain.sequences()) {
      int end = sequence.length;
      for (int count = 0; count < most && end >= 2; count++) {
        int from = Math.max(0, end - maxLength - 1);
        int[] window = Arrays.copyOfRange(sequence, from, end);
        for (int i = 0; i < window.length; i++) {
          window[i] += domain.firstRow();
        }
        windows.add(window);
        end = from + 1;
      }
    }
    return windows;
  }
}
