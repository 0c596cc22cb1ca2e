package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Candidates;
import dev.headwater.idp.rank.FeatureTable;
import dev.headwater.idp.rank.Features;
import dev.headwater.idp.rank.OnlineRanker;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * What an example costs the learner beside its rows: counting it, and ranking it before the weights
 * take their step. 20,000 items of which few are taken often, in groups that histories stay near.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class CountingBenchmark {
  private static final EmbeddingRow COLD = EmbeddingRow.newBuilder().setIncarnation(1).build();
  private static final int ITEMS = 20_000;
  private static final int GROUPS = 200;
  private static final int COUNTED = 100_000;
  private static final int EXAMPLES = 16_384;

  private final Random random = new Random(7);
  private final Counting counting = new Counting(0);
  private final Row[] rows = new Row[ITEMS];
  private final TrainingExample[] examples = new TrainingExample[EXAMPLES];
  private final RankConfig config = RankConfig.defaults();
  private final CandidateSet set = new CandidateSet(config.candidates());
  private final FeatureTable table = new FeatureTable();
  private final Candidates lists = new Candidates(counting.book(), config);
  private final Features features = new Features(counting.book(), config);
  private final OnlineRanker ranker =
      new OnlineRanker(RankerState.of(RankerPrior.weights()), config);
  private long tick;
  private int changed;

  /** Begins the rows and counts what came before. */
  @Setup
  public void fill() {
    for (int i = 0; i < ITEMS; i++) {
      rows[i] = new Row("item-" + i, i, true, COLD, new float[1]);
      counting.begin(rows[i], EmbeddingRow.getDefaultInstance());
    }
    for (int i = 0; i < EXAMPLES; i++) {
      examples[i] = example();
    }
    for (int i = 0; i < COUNTED; i++) {
      count();
    }
  }

  private TrainingExample example() {
    int group = (int) (GROUPS * Math.pow(random.nextDouble(), 2));
    String[] history = new String[1 + random.nextInt(12)];
    Arrays.setAll(history, i -> "item-" + item(group));
    boolean[] teaches = new boolean[history.length];
    Arrays.fill(teaches, true);
    String target = "item-" + item(group);
    return new TrainingExample(target, target, history, teaches, "e", 1, 1);
  }

  /** Half of the clicks of a group fall on an eighth of its items; one in four leaves it. */
  private int item(int group) {
    int of = random.nextInt(4) == 0 ? random.nextInt(GROUPS) : group;
    return of + GROUPS * (int) (ITEMS / GROUPS * Math.pow(random.nextDouble(), 3));
  }

  private TrainingExample next() {
    return examples[(int) (tick % EXAMPLES)].withNumber(++tick).withTick(tick);
  }

  private int number(String item) {
    return Integer.parseInt(item, 5, item.length(), 10);
  }

  /** Counts one example. */
  @Benchmark
  public int count() {
    TrainingExample example = next();
    counting.count(example, row -> changed++, rows[number(example.target())]);
    return changed;
  }

  /** Ranks one example by its lists and learns from it; nothing is counted. */
  @Benchmark
  public double rank() {
    TrainingExample example = next();
    int[] history = Arrays.stream(example.history()).mapToInt(this::number).toArray();
    set.start(history);
    lists.offer(history, set);
    for (int item : counting.book().popular()) {
      set.offer(item);
    }
    features.fill(history, -1, set, item -> 0.01f * (item % 100), table);
    int target = set.indexOf(number(example.target()));
    double[] scores = ranker.scores(table);
    return ranker.learn(table, target, 1) ? scores[target] : 0;
  }
}
