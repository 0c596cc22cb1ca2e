package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.AdaptiveIndex;
import dev.headwater.serving.items.AdaptiveIndexConfig;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.TopK;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Items move, come and go while readers ask: an item that was removed before a question is in no
 * answer to it, and the recall holds. The half hour of it is {@code bench serve --mode churn}.
 */
@Timeout(120)
class ChurnTest {
  private static final int ITEMS = 6_000;
  private static final int DIM = 16;
  private static final int CHANGES = 30_000;
  private static final int SEARCHES = 10_000;

  private final Random random = new Random(3);
  private final AdaptiveIndexConfig config =
      new AdaptiveIndexConfig(2_000, 128, 0.97, 50, 24, 2_000);
  private final ModelTable table =
      new ModelTable(
          "m",
          DIM,
          new RowGuard(1e-6f, 100),
          Clock.systemUTC(),
          new Ignore(),
          vectors ->
              new AdaptiveIndex(
                  vectors, config, Runnable::run, new Random(4), new SimpleMeterRegistry()));

  /** Odd while an item is gone; each incarnation has its own number. */
  private final AtomicIntegerArray incarnation = new AtomicIntegerArray(ITEMS);

  private long offset;
  private volatile boolean running = true;
  private volatile @Nullable AssertionError failure;

  private float[] vector() {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private void put(int code) {
    if (incarnation.get(code) % 2 == 1) {
      incarnation.incrementAndGet(code);
    }
    table.onRow(code, Rows.inCold(offset++, Rows.cold("shop", "i" + code, offset, vector())));
  }

  private void remove(int code) {
    table.onRow(code, Rows.inCold(offset++, null));
    if (incarnation.get(code) % 2 == 0) {
      incarnation.incrementAndGet(code);
    }
  }

  private int[] lives() {
    int[] now = new int[ITEMS];
    for (int code = 0; code < ITEMS; code++) {
      now[code] = incarnation.get(code);
    }
    return now;
  }

  /** Asks as the ranker does, and checks against what was gone before and is gone still. */
  private void ask(Random own, AtomicLong asked) {
    int[] before = lives();
    float[] query = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      query[d] = (float) own.nextGaussian();
    }
    TopK best = new TopK(18);
    table.index().search(query, Measure.DOT, RowFilter.ALL, best);
    float[] row = new float[DIM];
    for (int candidate : best.drain()) {
      int code = table.vectors().read(candidate, row);
      if (code >= 0 && table.live(code) != null) {
        boolean goneAllTheTime = before[code] % 2 == 1 && incarnation.get(code) == before[code];
        assertThat(goneAllTheTime).as("item %d was removed", code).isFalse();
      }
    }
    asked.incrementAndGet();
  }

  private void read(AtomicLong asked) {
    Random own = new Random(Thread.currentThread().getId());
    try {
      while (running) {
        ask(own, asked);
      }
    } catch (AssertionError e) {
      failure = e;
    }
  }

  private double recall() {
    Random own = new Random(9);
    double common = 0;
    for (int i = 0; i < 100; i++) {
      float[] query = new float[DIM];
      for (int d = 0; d < DIM; d++) {
        query[d] = (float) own.nextGaussian();
      }
      TopK found = new TopK(18);
      table.index().search(query, Measure.DOT, RowFilter.ALL, found);
      TopK best = new TopK(10);
      table.index().searchExactly(query, Measure.DOT, RowFilter.ALL, best);
      int[] rows = found.drain();
      for (int row : best.drain()) {
        common += java.util.Arrays.stream(rows).anyMatch(each -> each == row) ? 0.1 : 0;
      }
    }
    return common / 100;
  }

  @Test
  void removedItemsAreNeverReturnedAndTheRecallHolds() throws InterruptedException {
    for (int code = 0; code < ITEMS; code++) {
      put(code);
    }
    for (int tick = 0; tick < 20; tick++) {
      table.tick();
    }
    assertThat(table.index().name()).isEqualTo("ivf-int8");
    AtomicLong asked = new AtomicLong();
    Thread reader = new Thread(() -> read(asked), "reader");
    reader.start();
    int changes = 0;
    // Enough of both, however busy the machine is: the index learns from searches.
    while ((changes < CHANGES || asked.get() < SEARCHES) && failure == null) {
      int code = random.nextInt(ITEMS);
      if (random.nextInt(4) == 0) {
        remove(code);
      } else {
        put(code);
      }
      if (++changes % 50 == 0) {
        table.tick();
      }
    }
    running = false;
    reader.join();
    assertThat(failure).isNull();
    assertThat(recall()).isGreaterThanOrEqualTo(0.93);
  }

  private record Ignore() implements ModelTable.RowListener {
    @Override
    public void onVisible(LiveRow row) {
      // Not looked at here.
    }

    @Override
    public void onRefused(EmbeddingRow row, String why) {
      // Not looked at here.
    }
  }
}
