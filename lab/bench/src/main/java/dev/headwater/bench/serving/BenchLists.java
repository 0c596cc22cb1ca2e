package dev.headwater.bench.serving;

import com.google.protobuf.ByteString;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.wire.NearText;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Lists as jobs would have made them: companions and near texts of an item lie around its trained
 * row, as histories do, but for a quarter that lies anywhere. Four items of five were taken, each
 * with 16 to {@value #COMPANIONS} others: half of them with more than 32. A function of the item's
 * number alone.
 */
final class BenchLists {
  private static final int COMPANIONS = 64;
  private static final int FEWEST = 16;
  private static final int TEXTS = 32;

  /** Clicks of the domain so far. */
  private static final long CLICKS = 1_000_000;

  private final BenchData data;
  private final int items;
  private final Map<Integer, int[]> near = new LinkedHashMap<>();

  BenchLists(BenchData data, int items) {
    this.data = data;
    this.items = items;
  }

  boolean isTaken(int item) {
    return item % 5 != 0;
  }

  /** Returns what a click that comes as the given step leaves of an item. */
  ByteString counts(int item, long step) {
    Random random = new Random(item * 37L + 5);
    double rare = 1 - random.nextDouble();
    int size = (int) Math.min(COMPANIONS, FEWEST / rare);
    Map<Integer, Float> companions = new LinkedHashMap<>();
    for (int i = 0; companions.size() < size && i < 4 * size; i++) {
      companions.put(like(item, random), (float) (size * random.nextDouble() / (1 + i)) + 0.1f);
    }
    companions.remove(item);
    int[] numbers = companions.keySet().stream().mapToInt(Integer::intValue).toArray();
    float[] weights = new float[numbers.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = companions.getOrDefault(numbers[i], 0f);
    }
    long last = step > 0 ? CLICKS + step : (long) (CLICKS * random.nextDouble());
    double taken = size * (1 + random.nextDouble());
    double[] recent = new double[CountConfig.WINDOWS];
    for (int window = 0; window < recent.length; window++) {
      recent[window] = Math.min(taken, 1 + window);
    }
    ItemCounts counts =
        new ItemCounts(taken, recent, last / 2, last, Companions.of(numbers, weights, last));
    return ByteString.copyFrom(ItemCountsCodec.encode(counts, BenchData::item));
  }

  /** Returns the nearest texts of an item, nearest first. */
  List<NearText> near(int item) {
    Random random = new Random(item * 41L + 1);
    List<NearText> texts = new ArrayList<>(TEXTS);
    for (int i = 0; i < TEXTS; i++) {
      int other = like(item, random);
      texts.add(NearTextWire.of(BenchData.item(other), 0.95f - 0.015f * i, 1, 1));
    }
    return texts;
  }

  private int like(int item, Random random) {
    if (random.nextInt(4) == 0) {
      return random.nextInt(items);
    }
    int[] around = near.computeIfAbsent(item % data.count(), data::near);
    int base = around[random.nextInt(around.length)];
    return (base % items + data.count() * random.nextInt(Math.max(1, items / data.count())))
        % items;
  }
}
