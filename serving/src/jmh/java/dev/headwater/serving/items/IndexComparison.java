package dev.headwater.serving.items;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * Builds each index, asks it, changes and removes rows as a stream would, and asks again. Times are
 * processor time of the one thread, so that they mean something on a busy machine. Prints a table
 * for {@code RESULTS.md}. Arguments: items, changes and, for some alone, which: {@code scan,ivf}.
 */
public final class IndexComparison {
  private static final int DIM = 64;
  private static final int CENTRES = 300;
  private static final int QUERIES = 500;
  private static final int AT = 10;
  private static final int SPARE = 8;
  private static final int TICK_EVERY = 50;

  /** As far as samples let searches for ten reach on these rows. */
  private static final float REACH = 2.2f;

  private final int items;
  private final int changes;

  private IndexComparison(int items, int changes) {
    this.items = items;
    this.changes = changes;
  }

  /** Runs. */
  public static void main(String[] args) {
    IndexComparison comparison =
        new IndexComparison(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    System.out.println(
        "| index | build s | query µs | recall@10 | µs a change | query µs after | recall@10 after"
            + " | removed returned |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    Map<String, Function<VectorTable, ItemIndex>> all = new LinkedHashMap<>();
    all.put("scan", ScanIndex::new);
    all.put("ivf", comparison::ivf);
    all.put("hnswlib", table -> new HnswlibIndex(table, comparison.items + comparison.changes + 1));
    all.put("jvector", JVectorIndex::new);
    all.put("lucene", LuceneIndex::new);
    all.keySet().retainAll(args.length > 2 ? List.of(args[2].split(",", -1)) : all.keySet());
    all.values().forEach(comparison::measure);
  }

  private ItemIndex ivf(VectorTable table) {
    int cells = (int) Math.sqrt(items);
    Random random = new Random(4);
    float[][] sample = new float[cells * 24][DIM];
    for (float[] each : sample) {
      table.read(random.nextInt(table.rows()), each);
    }
    return new IvfIndex(table, Centroids.train(sample, cells, random), REACH);
  }

  private static float[] vector(Random random, float[][] centres) {
    float[] centre = centres[random.nextInt(CENTRES)];
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = centre[d] + 0.4f * (float) random.nextGaussian();
    }
    return vector;
  }

  private void measure(Function<VectorTable, ItemIndex> maker) {
    Random random = new Random(1);
    float[][] centres = new float[CENTRES][DIM];
    for (float[] centre : centres) {
      for (int d = 0; d < DIM; d++) {
        centre[d] = (float) random.nextGaussian();
      }
    }
    VectorTable table = new VectorTable(DIM);
    for (int i = 0; i < items; i++) {
      table.put(i, vector(random, centres));
    }
    double start = cpuMs();
    ItemIndex index = maker.apply(table);
    for (int row = 0; row < items; row++) {
      index.changed(row);
    }
    index.tick();
    double built = cpuMs();
    double[] before = ask(index, table, centres, Set.of());
    double churned = cpuMs();
    Set<Integer> removed = churn(index, table, random, centres);
    double changed = (cpuMs() - churned) * 1_000 / changes;
    double[] after = ask(index, table, centres, removed);
    System.out.printf(
        "| %s | %.1f | %.0f | %.3f | %.0f | %.0f | %.3f | %.0f |%n",
        index.name(),
        (built - start) / 1_000,
        before[0],
        before[1],
        changed,
        after[0],
        after[1],
        after[2]);
  }

  /** Nine in ten move a row, one removes an item for good. */
  private Set<Integer> churn(ItemIndex index, VectorTable table, Random random, float[][] centres) {
    Set<Integer> removed = new HashSet<>();
    for (int i = 0; i < changes; i++) {
      int code = random.nextInt(items);
      if (i % 10 == 0 && table.contains(code)) {
        removed.add(code);
        index.removed(table.remove(code));
      } else if (table.contains(code)) {
        index.changed(table.put(code, vector(random, centres)));
      }
      if (i % TICK_EVERY == 0) {
        index.tick();
      }
    }
    index.tick();
    return removed;
  }

  /** Returns microseconds a query, recall, and removed items returned; as an answer would be. */
  private static double[] ask(
      ItemIndex index, VectorTable table, float[][] centres, Set<Integer> removed) {
    ScanIndex exact = new ScanIndex(table);
    double recall = 0;
    double gone = 0;
    double micros = 0;
    for (int round = 0; round < 2; round++) {
      Random random = new Random(7);
      recall = 0;
      micros = 0;
      for (int i = 0; i < QUERIES; i++) {
        float[] query = vector(random, centres);
        TopK found = new TopK(AT + SPARE);
        double start = cpuMs();
        index.search(query, Measure.DOT, RowFilter.ALL, found);
        micros += (cpuMs() - start) * 1_000;
        TopK best = new TopK(AT);
        exact.search(query, Measure.DOT, RowFilter.ALL, best);
        int[] rows = found.drain();
        for (int row : best.drain()) {
          recall += Arrays.stream(rows).anyMatch(each -> each == row) ? 1 : 0;
        }
        gone += Arrays.stream(rows).filter(row -> removed.contains(table.code(row))).count();
      }
    }
    return new double[] {micros / QUERIES, recall / QUERIES / AT, gone};
  }

  private static double cpuMs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e6;
  }
}
