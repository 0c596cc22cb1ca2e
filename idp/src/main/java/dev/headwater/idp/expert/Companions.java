package dev.headwater.idp.expert;

import java.util.Arrays;

/**
 * The items taken with one item, each with a weight that fades with the ticks of the domain. The
 * list is bounded: where it is full, the lightest makes room. For one thread.
 */
public final class Companions {
  /** Of an item that was never taken with another; nobody adds to it. */
  public static final Companions NONE = new Companions(new int[0], new float[0], 0, 0);

  private static final int FIRST_ROOM = 4;

  private int[] items;
  private float[] weights;
  private int size;
  private long tick;

  /** An empty list. */
  public Companions() {
    this(new int[FIRST_ROOM], new float[FIRST_ROOM], 0, 0);
  }

  private Companions(int[] items, float[] weights, int size, long tick) {
    this.items = items;
    this.weights = weights;
    this.size = size;
    this.tick = tick;
  }

  /**
   * A list as it was written.
   *
   * @param items numbers, each once; taken over
   * @param weights of the items as of the tick; taken over
   * @param tick when the list last changed
   */
  public static Companions of(int[] items, float[] weights, long tick) {
    if (items.length != weights.length) {
      throw new IllegalArgumentException("each companion has one weight");
    }
    return new Companions(items, weights, items.length, tick);
  }

  /** Begins again as another list that was written: its items are appended. */
  public void begin(int most, long writtenAt) {
    if (items.length < most) {
      items = new int[most];
      weights = new float[most];
    }
    size = 0;
    tick = writtenAt;
  }

  /**
   * Adds an item that is not there yet; no more than {@link #begin} made room for.
   *
   * @param weight as of the tick
   */
  public void append(int item, float weight) {
    items[size] = item;
    weights[size++] = weight;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The number of the i-th, in no order. */
  public int item(int i) {
    return items[i];
  }

  /** The weight of the i-th as of {@link #tick}. */
  public float weight(int i) {
    return weights[i];
  }

  /** When the list last changed. */
  public long tick() {
    return tick;
  }

  /** What all weights have faded by since they were written. */
  public double faded(long now, CountConfig config) {
    return config.faded(Math.max(0, now - tick));
  }

  /** Adds to the weight of an item; one that is no longer above 0 leaves the list. */
  void add(int item, double weight, long now, CountConfig config) {
    fade(now, config);
    int at = find(item);
    if (at >= 0) {
      weights[at] += (float) weight;
      if (!(weights[at] > 0)) {
        removeAt(at);
      }
    } else if (weight > 0) {
      insert(item, (float) weight, config.capacity());
    }
  }

  /** Forgets an item. */
  void remove(int item) {
    int at = find(item);
    if (at >= 0) {
      removeAt(at);
    }
  }

  private void fade(long now, CountConfig config) {
    float factor = (float) faded(now, config);
    for (int i = 0; factor < 1 && i < size; i++) {
      weights[i] *= factor;
    }
    tick = Math.max(tick, now);
  }

  private void insert(int item, float weight, int capacity) {
    if (size >= capacity) {
      removeAt(lightest());
    }
    if (size == items.length) {
      int room =
          Math.min(capacity, Math.max(FIRST_ROOM, size * 2)); // one that was read may be empty
      items = Arrays.copyOf(items, room);
      weights = Arrays.copyOf(weights, room);
    }
    items[size] = item;
    weights[size++] = weight;
  }

  private int lightest() {
    int lightest = 0;
    for (int i = 1; i < size; i++) {
      if (weights[i] < weights[lightest]) {
        lightest = i;
      }
    }
    return lightest;
  }

  private int find(int item) {
    for (int i = 0; i < size; i++) {
      if (items[i] == item) {
        return i;
      }
    }
    return -1;
  }

  private void removeAt(int at) {
    size--;
    items[at] = items[size];
    weights[at] = weights[size];
  }
}
