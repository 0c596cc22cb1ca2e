package dev.headwater.serving.items;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Scans a small table; above a threshold builds an inverted file in the background and searches
 * that. It is built again, and swapped whole, when the table has doubled or halved since. One
 * search in a hundred is done exactly as well, off the request's thread, and later one in two
 * seconds at most: the recall that comes out is a live metric and sets how far searches reach.
 *
 * <p>Large counts are answered by the exact scan.
 */
public final class AdaptiveIndex implements ItemIndex {
  /**
   * Times the root of the rows. More cells are looked into for the same work and miss less: at
   * 200,000 rows four times the root found .88 of the best ten where the root found .66.
   */
  private static final double CELLS = 3;

  /**
   * Until samples say more: what the best of some hundred rows of a cell have, were they normal.
   */
  private static final float FIRST_REACH = 2.8f;

  /**
   * Between two samples once the reach has settled: an exact scan of a million rows takes 50 to 100
   * ms of processor.
   */
  private static final long SAMPLE_REST_NS = 2_000_000_000L;

  private final VectorTable table;
  private final AdaptiveIndexConfig config;
  private final Executor executor;
  private final RandomGenerator random;
  private final ScanIndex scan;
  private final ScanIndex restingScan;
  private final ReachTuner tuner;
  private final Counter rebuilds;
  private final AtomicLong searches = new AtomicLong();
  private final AtomicBoolean sampling = new AtomicBoolean();
  private volatile long sampledNs;
  private volatile @Nullable IvfIndex active;
  private volatile @Nullable Centroids trained;
  private boolean training;
  private @Nullable Filling filling;
  private int builtAt;

  /** An index being filled with rows, some at a time, on the writer's thread. */
  private static final class Filling {
    private final IvfIndex index;
    private int nextRow;

    Filling(IvfIndex index) {
      this.index = index;
    }
  }

  /**
   * Creates one that scans.
   *
   * @param table the rows
   * @param config thresholds
   * @param executor trains centroids and samples recall
   * @param random chooses samples
   * @param registry for recall and rebuilds
   */
  public AdaptiveIndex(
      VectorTable table,
      AdaptiveIndexConfig config,
      Executor executor,
      RandomGenerator random,
      MeterRegistry registry) {
    this.table = table;
    this.config = config;
    this.executor = executor;
    this.random = random;
    scan = new ScanIndex(table);
    restingScan = ScanIndex.resting(table);
    tuner = new ReachTuner(config.recallTarget());
    rebuilds = registry.counter("headwater.serving.index.rebuilds");
    Gauge.builder("headwater.serving.index.recall.ratio", tuner, ReachTuner::recall)
        .description("recall at 10 against the exact scan, sampled from live searches")
        .register(registry);
    Gauge.builder("headwater.serving.index.searched.ratio", this, AdaptiveIndex::searched)
        .description("share of the cells that a search looks into, sampled from live searches")
        .register(registry);
  }

  @Override
  public String name() {
    IvfIndex ivf = active;
    return ivf == null ? scan.name() : ivf.name();
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    IvfIndex ivf = active;
    if (ivf == null || best.capacity() > config.countMax()) {
      scan.search(query, measure, filter, best);
      return;
    }
    ivf.search(query, measure, filter, best);
    boolean full = best.size() == best.capacity(); // otherwise it looked into all cells
    if (full && measure == Measure.DOT && searches.incrementAndGet() % config.sampleEvery() == 0) {
      if (!tuner.isSettled() || System.nanoTime() - sampledNs > SAMPLE_REST_NS) {
        sample(ivf, query.clone(), filter, best.capacity());
      }
    }
  }

  private double searched() {
    return active == null ? 1 : tuner.searched();
  }

  @Override
  public void searchExactly(float[] query, Measure measure, RowFilter filter, TopK best) {
    scan.search(query, measure, filter, best);
  }

  private void sample(IvfIndex ivf, float[] query, RowFilter filter, int count) {
    if (sampling.compareAndSet(false, true)) {
      executor.execute(
          () -> {
            try {
              ivf.reach(tuner.sample(ivf, restingScan, query, filter, count));
              sampledNs = System.nanoTime();
            } finally {
              sampling.set(false);
            }
          });
    }
  }

  @Override
  public void changed(int row) {
    IvfIndex ivf = active;
    if (ivf != null) {
      ivf.changed(row);
    }
    if (filling != null && row < filling.nextRow) {
      filling.index.changed(row);
    }
  }

  @Override
  public void removed(int row) {
    changed(row);
  }

  /** Starts, continues or ends a build; the writer calls this now and then. */
  @Override
  public void tick() {
    Centroids ready = trained;
    if (filling != null) {
      fill(filling);
    } else if (ready != null) {
      trained = null;
      filling = new Filling(new IvfIndex(table, ready, FIRST_REACH));
    } else if (!training && isDue()) {
      training = true;
      executor.execute(this::train);
    }
  }

  private boolean isDue() {
    int size = table.size();
    return size >= config.threshold()
        && (active == null || size > 2L * builtAt || 2L * size < builtAt);
  }

  private void train() {
    int rows = table.rows();
    int cells = (int) Math.max(16, CELLS * Math.sqrt(table.size()));
    float[][] sample = new float[Math.min(rows, cells * config.samplePerCell())][];
    int found = 0;
    for (int i = 0; i < 4 * sample.length && found < sample.length; i++) {
      float[] vector = new float[table.dim()];
      if (table.read(random.nextInt(rows), vector) >= 0) {
        sample[found++] = vector;
      }
    }
    trained = Centroids.train(java.util.Arrays.copyOf(sample, found), cells, random);
  }

  private void fill(Filling now) {
    int end = Math.min(table.rows(), now.nextRow + config.fillRows());
    while (now.nextRow < end) {
      now.index.changed(now.nextRow++);
    }
    if (now.nextRow >= table.rows()) {
      now.index.filled();
      active = now.index;
      builtAt = table.size();
      tuner.restart();
      filling = null;
      training = false;
      rebuilds.increment();
    }
  }

  @Override
  public void save(StateOutput state) {
    IvfIndex ivf = active;
    state.putInt(ivf == null ? 0 : builtAt);
    if (ivf != null) {
      ivf.save(state);
    }
  }

  @Override
  public void load(StateInput state) {
    builtAt = state.getCount(Integer.MAX_VALUE);
    if (builtAt > 0) {
      active = IvfIndex.load(table, state);
      tuner.restart();
      rebuilds.increment();
    }
  }
}
