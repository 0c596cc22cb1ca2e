package dev.headwater.serving.recommend;

import com.google.protobuf.ByteString;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.AdaptiveIndex;
import dev.headwater.serving.items.AdaptiveIndexConfig;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ExpertRows;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.RankSpaces;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One ranking as serving does it, whole and in its parts, over 100,000 items that lie in groups:
 * histories, companions and near texts stay near their group, but for a quarter that lies anywhere.
 * Each call is for another history, so that what is read of items is as cold as in production.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC", "--add-modules=jdk.incubator.vector"})
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class RankingBenchmark {
  private static final int ITEMS = 100_000;
  private static final int GROUPS = 600;
  private static final int DIM = 64;
  private static final int COUNT = 18;
  private static final Query QUERY =
      new Query(COUNT, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
  private static final int HISTORIES = 4_096;
  private static final int INDEXED = 200;

  private final Random random = new Random(5);
  private final ItemIds ids = new ItemIds();
  private final Experts experts = new Experts(ids);
  private final float[][] middles = new float[GROUPS][DIM];
  private final float[][] vectors = new float[ITEMS][];
  private final int[][] histories = new int[HISTORIES][];
  private final float[][] users = new float[HISTORIES][DIM];
  private final Domain domain = new Domain("d", new UserTable(10, UserArchive.NONE), 10, List.of());
  private ModelTable whole;
  private int next;

  /** Fills a table and its index. */
  @Setup
  public void fill() {
    ModelTable table =
        new ModelTable(
            Rows.MODEL,
            DIM,
            experts,
            new RowGuard(1e-6f, 100),
            Clock.systemUTC(),
            ModelTable.RowListener.NONE,
            rows ->
                new AdaptiveIndex(
                    rows,
                    AdaptiveIndexConfig.defaults(),
                    Runnable::run,
                    random,
                    new SimpleMeterRegistry()));
    for (float[] middle : middles) {
      gaussian(middle, 1);
    }
    for (int item = 0; item < ITEMS; item++) {
      vectors[item] = middles[item % GROUPS].clone();
      gaussian(vectors[item], 0.33f);
    }
    for (int item = 0; item < ITEMS; item++) {
      put(table, item);
    }
    for (int tick = 0; table.index().name().equals("scan") || tick < 100; tick++) {
      table.tick();
    }
    for (int i = 0; i < HISTORIES; i++) {
      user(i);
    }
    whole = table;
  }

  private void gaussian(float[] vector, float scale) {
    for (int d = 0; d < DIM; d++) {
      vector[d] += scale * (float) random.nextGaussian();
    }
  }

  private static String name(int item) {
    return "item-" + item;
  }

  /** An item of the same group, or any. */
  private int like(int item) {
    return random.nextInt(4) == 0
        ? random.nextInt(ITEMS)
        : item % GROUPS + GROUPS * random.nextInt(ITEMS / GROUPS);
  }

  private void put(ModelTable table, int item) {
    EmbeddingRow.Builder cold =
        Rows.cold("d", name(item), 1, vectors[item]).toBuilder().clearMatches();
    for (int i = 0; i < 32; i++) {
      cold.addNearTexts(
          NearText.newBuilder().setItem(name(like(item))).setCosine(0.95f - 0.015f * i));
    }
    take(table, RowRecord.Kind.COLD, cold.build());
    if (item % 5 != 0) {
      take(
          table,
          RowRecord.Kind.TUNED,
          Rows.tuned("d", name(item), 1, 1, vectors[item]).toBuilder()
              .setCounts(counts(item))
              .build());
    }
  }

  private void take(ModelTable table, RowRecord.Kind kind, EmbeddingRow row) {
    table.onRow(ids.code(row.getItem()), ExpertRows.record(kind, 0, row));
  }

  private ByteString counts(int item) {
    int size = (int) Math.min(64, 16 / (1 - random.nextDouble()));
    Set<Integer> companions = new LinkedHashSet<>();
    while (companions.size() < size) {
      companions.add(like(item));
    }
    companions.remove(item);
    int[] numbers = companions.stream().mapToInt(Integer::intValue).toArray();
    float[] weights = new float[numbers.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.1f + size * random.nextFloat() / (1 + i);
    }
    long last = random.nextInt(1_000_000);
    Companions list = Companions.of(numbers, weights, last);
    double taken = size * (1 + random.nextDouble());
    return ByteString.copyFrom(
        ItemCountsCodec.encode(
            new ItemCounts(taken, new double[] {1, 2, 3}, last / 2, last, list),
            RankingBenchmark::name));
  }

  private void user(int user) {
    int group = random.nextInt(GROUPS);
    int[] history = new int[2 + random.nextInt(29)];
    for (int i = 0; i < history.length; i++) {
      history[i] = ids.find(name(like(group)));
    }
    histories[user] = history;
    users[user] = middles[group].clone();
    gaussian(users[user], 0.2f);
  }

  private Pool pool() {
    int user = next++ % HISTORIES;
    Ask ask =
        new Ask(
            Ask.Kind.EXPERTS,
            users[user],
            Measure.DOT,
            Asked.of(histories[user]),
            new int[0],
            QUERY,
            Selection.want(QUERY));
    return new TablePool(domain, whole, 1, ask);
  }

  /** Candidates of all experts, their features, their scores, the best of them. */
  @Benchmark
  public List<Scored> whole() {
    Pool pool = pool();
    Pool.Experience experience = Objects.requireNonNull(pool.experience());
    try (ExpertSource source = new ExpertSource(pool, experience, QUERY, -1, true)) {
      return source.best(COUNT);
    }
  }

  /** The best rows of the index. */
  @Benchmark
  public int[] index() {
    float[] user = users[next++ % HISTORIES];
    return RowSource.found(whole, QUERY, RowFilter.ALL, user, Measure.DOT, INDEXED, INDEXED);
  }

  /** Candidates of the lists, and the features of those. */
  @Benchmark
  public int listed() {
    int[] history = histories[next++ % HISTORIES];
    RankSpaces.Space space = experts.spaces().take(0);
    space.moment().start(experts.book());
    CandidateSet set = space.set();
    set.start(history);
    space.lists().offer(history, set);
    space.features().fill(history, -1, set, item -> 1, space.table());
    experts.spaces().giveBack(space);
    return set.size();
  }
}
