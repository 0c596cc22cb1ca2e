package dev.headwater.idp.online;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws live slots uniformly, each at most once a draw. For one thread. */
final class NegativeSampler {
  private int[] columnOf = new int[0];
  private int[] drawn = new int[0];

  /** Draws {@code count} slots, or all where there are no more. */
  int[] draw(EmbeddingTable table, int count, SplittableRandom random) {
    for (int slot : drawn) {
      columnOf[slot] = 0;
    }
    if (columnOf.length < table.highWater()) {
      columnOf = new int[table.highWater() + (table.highWater() >> 1)];
    }
    int size = table.size();
    drawn = new int[Math.min(count, size)];
    if (drawn.length * 2 >= size) {
      drawMany(table, random);
    } else {
      drawFew(table, random);
    }
    return drawn.clone();
  }

  /** For each slot, its column in the last draw, or -1. */
  int[] columns(int[] slots) {
    return Arrays.stream(slots).map(slot -> columnOf[slot] - 1).toArray();
  }

  private void drawFew(EmbeddingTable table, SplittableRandom random) {
    int found = 0;
    while (found < drawn.length) {
      int slot = table.liveSlot(random.nextInt(table.size()));
      if (columnOf[slot] == 0) {
        drawn[found++] = slot;
        columnOf[slot] = found;
      }
    }
  }

  private void drawMany(EmbeddingTable table, SplittableRandom random) {
    int[] all = new int[table.size()];
    Arrays.setAll(all, table::liveSlot);
    for (int i = 0; i < drawn.length; i++) {
      int pick = i + random.nextInt(all.length - i);
      drawn[i] = all[pick];
      all[pick] = all[i];
      columnOf[drawn[i]] = i + 1;
    }
  }
}
