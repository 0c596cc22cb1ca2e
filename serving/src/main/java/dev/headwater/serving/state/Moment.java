package dev.headwater.serving.state;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.Takes;
import dev.headwater.idp.rank.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Evidence as one answer sees it: the tick stands still, and the lists of an item, which are made
 * each time they are asked for, are made once. What it gives out is good until the next answer
 * begins. For one thread.
 */
public final class Moment implements Evidence {
  private static final int TEXTS_KEPT = 16;
  private static final int COMPANIONS_KEPT = 48;

  private final Kept<NearTexts> texts;
  private final Kept<Companions> companions;

  /** Where companions are read to: the one for the first list that is kept, and so on. */
  private final Companions[] rooms = new Companions[COMPANIONS_KEPT];

  private Evidence evidence;
  private long tick;

  Moment(Evidence evidence) {
    this.evidence = evidence;
    texts = new Kept<>(TEXTS_KEPT, item -> this.evidence.texts(item));
    companions = new Kept<>(COMPANIONS_KEPT, this::read);
    Arrays.setAll(rooms, i -> new Companions());
  }

  private Companions read(int item) {
    int place = companions.size();
    return place < rooms.length
        ? evidence.companions(item, rooms[place])
        : evidence.companions(item);
  }

  /** The lists that were asked for first, some at most. */
  private static final class Kept<T> {
    private final int[] items;
    private final List<T> lists;
    private final IntFunction<T> maker;

    Kept(int most, IntFunction<T> maker) {
      items = new int[most];
      lists = new ArrayList<>(most);
      this.maker = maker;
    }

    void clear() {
      lists.clear();
    }

    int size() {
      return lists.size();
    }

    T get(int item) {
      int size = lists.size();
      for (int i = 0; i < size; i++) {
        if (items[i] == item) {
          return lists.get(i);
        }
      }
      T made = maker.apply(item);
      if (size < items.length) {
        items[size] = item;
        lists.add(made);
      }
      return made;
    }
  }

  /** Another answer begins, on this evidence. */
  public void start(Evidence of) {
    evidence = of;
    texts.clear();
    companions.clear();
    tick = evidence.tick();
  }

  @Override
  public @Nullable ItemCounts counts(int item) {
    return evidence.counts(item);
  }

  @Override
  public void takes(int item, Takes into) {
    evidence.takes(item, into);
  }

  @Override
  public void takes(int[] items, int count, Takes[] into) {
    evidence.takes(items, count, into);
  }

  @Override
  public Companions companions(int item) {
    return companions.get(item);
  }

  @Override
  public NearTexts texts(int item) {
    return texts.get(item);
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
