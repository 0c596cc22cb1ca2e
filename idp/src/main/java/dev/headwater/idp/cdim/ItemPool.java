package dev.headwater.idp.cdim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.SharedFloats;
import dev.headwater.idp.tensor.Torch;
import java.lang.ref.Cleaner;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Known items with text vector and ID embedding, to retrieve from. Retrieval is exact: one matrix
 * product a block of {@value #BLOCK} items and call, so that a block is read from memory once for
 * all queries of a call. Safe for many threads: readers share, a writer waits for them. Its native
 * memory goes when the pool is no longer reachable.
 */
public final class ItemPool implements SourceIndex {
  private static final int BLOCK = 4096;

  /** Items that the first block has room for at first; doubled until it is a whole one. */
  private static final int FIRST = 64;

  private static final int QUERIES = 128;
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Entry DEAD = new Entry(new Id("", ""), new float[0]);

  private final int textDim;
  private final int dim;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final NDManager manager = Torch.newManager();
  private final List<SharedFloats> textBlocks = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Id, Integer> slots = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();

  private record Id(String domain, String item) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
  private record Entry(Id id, float[] embedding) {
    boolean isAlive() {
      return embedding.length > 0;
    }
  }

  /**
   * Makes an empty pool.
   *
   * @param textDim length of text vectors
   * @param dim length of embeddings
   */
  public ItemPool(int textDim, int dim) {
    this.textDim = textDim;
    this.dim = dim;
    NDManager owner = manager;
    CLEANER.register(this, owner::close);
  }

  /** Adds an item or replaces what is known of it; both arrays are copied. */
  public void put(String domain, String item, float[] textVector, float[] embedding) {
    if (textVector.length != textDim || embedding.length != dim) {
      throw new IllegalArgumentException(
          "expected vectors of %d and %d values, not %d and %d"
              .formatted(textDim, dim, textVector.length, embedding.length));
    }
    Id id = new Id(domain, item);
    lock.writeLock().lock();
    try {
      int slot = slots.computeIfAbsent(id, ignored -> newSlot());
      entries.set(slot, new Entry(id, embedding.clone()));
      writeText(slot, textVector);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Forgets an item; nothing happens if it is not there. */
  public void remove(String domain, String item) {
    lock.writeLock().lock();
    try {
      Integer slot = slots.remove(new Id(domain, item));
      if (slot != null) {
        entries.set(slot, DEAD);
        free.push(slot);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The number of items. */
  public int size() {
    lock.readLock().lock();
    try {
      return slots.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  private int newSlot() {
    if (!free.isEmpty()) {
      return free.pop();
    }
    int last = textBlocks.size() - 1;
    int room = last < 0 ? 0 : last * BLOCK + rows(last);
    if (entries.size() == room) {
      makeRoom(last);
    }
    entries.add(DEAD);
    return entries.size() - 1;
  }

  /** The first block grows: a pool of few items, one of hundreds, is not to cost a whole one. */
  private void makeRoom(int last) {
    if (last < 0 || rows(last) == BLOCK) {
      textBlocks.add(new SharedFloats(manager, new Shape(last < 0 ? FIRST : BLOCK, textDim)));
      return;
    }
    SharedFloats small = textBlocks.get(last);
    SharedFloats large = new SharedFloats(manager, new Shape(2L * rows(last), textDim));
    large.floats().put(0, small.floats(), 0, small.size());
    textBlocks.set(last, large);
    small.close();
  }

  private int rows(int block) {
    return textBlocks.get(block).size() / textDim;
  }

  private void writeText(int slot, float[] textVector) {
    textBlocks.get(slot / BLOCK).floats().put(slot % BLOCK * textDim, textVector);
  }

  /** All items, as they are now. */
  List<KnownItem> known() {
    lock.readLock().lock();
    try {
      List<KnownItem> known = new ArrayList<>(slots.size());
      for (int slot = 0; slot < entries.size(); slot++) {
        if (entries.get(slot).isAlive()) {
          known.add(known(slot));
        }
      }
      return known;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Exact; ties in the order in which items came. */
  @Override
  public List<List<Neighbour>> nearest(float[][] textVectors, int count) {
    lock.readLock().lock();
    try {
      List<BestSlots> best = new ArrayList<>(textVectors.length);
      for (int q = 0; q < textVectors.length; q++) {
        best.add(new BestSlots(count));
      }
      for (int from = 0; from < textVectors.length; from += QUERIES) {
        int to = Math.min(textVectors.length, from + QUERIES);
        scan(Arrays.copyOfRange(textVectors, from, to), best.subList(from, to));
      }
      return best.stream().map(this::neighbours).toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  private void scan(float[][] queries, List<BestSlots> best) {
    float[] flat = new float[queries.length * textDim];
    for (int q = 0; q < queries.length; q++) {
      System.arraycopy(queries[q], 0, flat, q * textDim, textDim);
    }
    float[] scores = new float[BLOCK];
    try (NDManager step = manager.newSubManager()) {
      NDArray query = step.create(flat, new Shape(queries.length, textDim));
      for (int b = 0; b < textBlocks.size(); b++) {
        try (NDArray columns = textBlocks.get(b).array().transpose();
            NDArray found = query.matMul(columns)) {
          FloatBuffer all = Torch.floats(found);
          for (int q = 0; q < queries.length; q++) {
            all.get(q * rows(b), scores, 0, rows(b));
            offer(best.get(q), b * BLOCK, scores);
          }
        }
      }
    }
  }

  private void offer(BestSlots best, int firstSlot, float[] scores) {
    int end = Math.min(BLOCK, entries.size() - firstSlot);
    for (int i = 0; i < end; i++) {
      if (scores[i] > best.floor() && entries.get(firstSlot + i).isAlive()) {
        best.add(firstSlot + i, scores[i]);
      }
    }
  }

  private List<Neighbour> neighbours(BestSlots best) {
    return best.each((slot, score) -> known(slot).near(score));
  }

  private KnownItem known(int slot) {
    Entry entry = entries.get(slot);
    float[] text = new float[textDim];
    textBlocks.get(slot / BLOCK).floats().get(slot % BLOCK * textDim, text);
    return new KnownItem(entry.id().domain(), entry.id().item(), text, entry.embedding());
  }
}
