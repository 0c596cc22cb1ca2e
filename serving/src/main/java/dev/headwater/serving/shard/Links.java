package dev.headwater.serving.shard;

import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.TextLinks;
import dev.headwater.serving.shard.wire.LinkedItem;
import dev.headwater.serving.shard.wire.TextLink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * The texts like one item's, as all shards know them: its owner whom it names, the others who names
 * it. For one thread.
 */
final class Links {
  private final int item;
  private final Numbers numbers;
  private final IntUnaryOperator revisions;
  private final List<Link> all = new ArrayList<>();

  /** A text, how like it is, and which texts were compared. */
  private record Link(int item, float cosine, int ownRevision, int revision) {}

  /**
   * None yet.
   *
   * @param item whose they are
   * @param revisions of items' texts, {@link NearTexts#ANY} for what no owner told
   */
  Links(int item, Numbers numbers, IntUnaryOperator revisions) {
    this.item = item;
    this.numbers = numbers;
    this.revisions = revisions;
  }

  void add(LinkedItem told) {
    for (TextLink link : told.getLinksList()) {
      all.add(
          new Link(
              numbers.of(link.getItem()),
              link.getCosine(),
              link.getOwnRevision(),
              link.getRevision()));
    }
  }

  /** Returns the nearest of those that exist, as one table would. */
  NearTexts nearest(IntPredicate exists) {
    all.sort(
        Comparator.comparing((Link each) -> -each.cosine())
            .thenComparing(each -> numbers.name(each.item()), TextLinks.EQUALLY_NEAR));
    Set<Integer> once = new HashSet<>();
    int[] items = new int[Math.min(all.size(), NearTexts.CAPACITY)];
    float[] cosines = new float[items.length];
    int size = 0;
    for (Link each : all) {
      if (size < items.length
          && exists.test(each.item())
          && stands(each)
          && once.add(each.item())) {
        items[size] = each.item();
        cosines[size++] = each.cosine();
      }
    }
    return new NearTexts(Arrays.copyOf(items, size), Arrays.copyOf(cosines, size));
  }

  private boolean stands(Link link) {
    return NearTexts.isSame(link.ownRevision(), revisions.applyAsInt(item))
        && NearTexts.isSame(link.revision(), revisions.applyAsInt(link.item()));
  }
}
