package dev.headwater.serving.shard;

import dev.headwater.idp.expert.NearTexts;
import dev.headwater.serving.shard.wire.LinkedItem;
import dev.headwater.serving.shard.wire.TextLink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The texts like one item's, as all shards know them: its owner whom it names, the others who names
 * it. For one thread.
 */
final class Links {
  private final Numbers numbers;
  private final List<Link> all = new ArrayList<>();

  /** A text and how like it is. */
  private record Link(int item, float cosine) {}

  Links(Numbers numbers) {
    this.numbers = numbers;
  }

  void add(LinkedItem told) {
    for (TextLink link : told.getLinksList()) {
      all.add(new Link(numbers.of(link.getItem()), link.getCosine()));
    }
  }

  /** Returns the nearest of those that exist, what is equally near by name. */
  NearTexts nearest(IntPredicate exists) {
    all.sort(
        Comparator.comparing((Link each) -> -each.cosine())
            .thenComparing(each -> numbers.name(each.item())));
    Set<Integer> once = new HashSet<>();
    int[] items = new int[Math.min(all.size(), NearTexts.CAPACITY)];
    float[] cosines = new float[items.length];
    int size = 0;
    for (Link each : all) {
      if (size < items.length && exists.test(each.item()) && once.add(each.item())) {
        items[size] = each.item();
        cosines[size++] = each.cosine();
      }
    }
    return new NearTexts(
        java.util.Arrays.copyOf(items, size), java.util.Arrays.copyOf(cosines, size));
  }
}
