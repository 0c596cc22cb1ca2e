package dev.headwater.serving.state;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * Evidence as one answer sees it: the tick stands still, and the near texts of an item, which are
 * put together each time they are asked for, are put together once. For one thread.
 */
public final class Moment implements Evidence {
  private static final int KEPT = 16;

  private final Evidence evidence;
  private final int[] items = new int[KEPT];
  private final NearTexts[] texts = new NearTexts[KEPT];
  private int size;
  private long tick;

  Moment(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Another answer begins. */
  public void start() {
    size = 0;
    tick = evidence.tick();
  }

  @Override
  public @Nullable ItemCounts counts(int item) {
    return evidence.counts(item);
  }

  @Override
  public NearTexts texts(int item) {
    for (int i = 0; i < size; i++) {
      if (items[i] == item) {
        return texts[i];
      }
    }
    NearTexts found = evidence.texts(item);
    if (size < KEPT) {
      items[size] = item;
      texts[size++] = found;
    }
    return found;
  }

  @Override
  public boolean exists(int item) {
    return evidence.exists(item);
  }

  @Override
  public long tick() {
    return tick;
  }

  @Override
  public CountConfig config() {
    return evidence.config();
  }
}
