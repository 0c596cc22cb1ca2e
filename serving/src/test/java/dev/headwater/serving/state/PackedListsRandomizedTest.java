package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.Takes;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.EvidenceBook;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.PackedRecords;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed lists say the same as those of a book that keeps objects. */
class PackedListsRandomizedTest {
  private static final CountConfig CONFIG = CountConfig.defaults();
  private static final int ITEMS = 300;

  @TempDir Path folder;

  private final ItemIds ids = new ItemIds();
  private final EvidenceBook objects = new EvidenceBook(CONFIG, ids::id);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void packedListsSayWhatObjectsSay(long seed) {
    Random random = new Random(seed);
    for (int item = 0; item < ITEMS; item++) {
      int unused = ids.code("item-" + random.nextInt(7) + "-" + item);
    }
    Experts experts = new Experts(ids, PackedRecords.below(folder));
    EvidenceBook packed = experts.book();
    for (int step = 0; step < 20 * ITEMS; step++) {
      int item = random.nextInt(ITEMS);
      switch (random.nextInt(8)) {
        case 0 -> {
          objects.remove(item);
          packed.remove(item);
        }
        case 1, 2, 3 -> {
          NearTexts near = near(random);
          int revision = random.nextInt(3);
          objects.begin(item, near, revision);
          packed.begin(item, near, revision);
        }
        default -> {
          ItemCounts counts = random.nextInt(10) == 0 ? null : counts(random, step);
          objects.counts(item, counts);
          packed.counts(item, counts);
        }
      }
      if (step % ITEMS == 0) {
        compare(packed);
      }
    }
    compare(packed);
    Moment moment = new Moment(packed);
    moment.start(packed);
    compare(moment);
    compare(moment);
    moment.start(packed);
    compare(moment);
    experts.close();
  }

  private NearTexts near(Random random) {
    int[] items = random.ints(0, ITEMS).distinct().limit(random.nextInt(33)).toArray();
    float[] cosines = new float[items.length];
    for (int i = 0; i < items.length; i++) {
      cosines[i] = (1 + random.nextInt(8)) / 10f; // many are equal
    }
    return new NearTexts(items, cosines, random.ints(items.length, 0, 3).toArray());
  }

  private ItemCounts counts(Random random, int tick) {
    ItemCounts counts = new ItemCounts();
    for (int i = random.nextInt(70); i >= 0; i--) {
      counts.link(random.nextInt(ITEMS), random.nextDouble(), tick, CONFIG);
      counts.take(random.nextInt(2), tick, CONFIG);
    }
    return asKept(counts);
  }

  /** Counts are kept as floats. */
  private static ItemCounts asKept(ItemCounts counts) {
    double[] recent = new double[CountConfig.WINDOWS];
    Arrays.setAll(recent, window -> (float) counts.writtenRecent(window));
    return new ItemCounts(
        (float) counts.writtenTaken(),
        recent,
        counts.firstTick(),
        counts.lastTick(),
        counts.companions());
  }

  private void compare(Evidence packed) {
    Takes expected = new Takes();
    Takes takes = new Takes();
    for (int item = -1; item <= ITEMS; item++) {
      objects.takes(item, expected);
      packed.takes(item, takes);
      assertThat(numbers(takes)).isEqualTo(numbers(expected));
      assertThat(bytes(packed.counts(item))).isEqualTo(bytes(objects.counts(item)));
      Companions companions = packed.companions(item);
      assertThat(bytes(new ItemCounts(takes, companions)))
          .isEqualTo(bytes(new ItemCounts(expected, objects.companions(item))));
      assertThat(packed.texts(item).items()).isEqualTo(objects.texts(item).items());
      assertThat(packed.texts(item).cosines()).isEqualTo(objects.texts(item).cosines());
    }
    assertThat(packed.tick()).isEqualTo(objects.tick());
    manyTakesAreThoseOfEach(packed);
  }

  private void manyTakesAreThoseOfEach(Evidence packed) {
    int[] items = IntStream.rangeClosed(-1, ITEMS).toArray();
    Takes[] many = Stream.generate(Takes::new).limit(items.length).toArray(Takes[]::new);
    packed.takes(items, items.length - 1, many);
    Takes each = new Takes();
    for (int at = 0; at < items.length - 1; at++) {
      packed.takes(items[at], each);
      assertThat(numbers(many[at])).isEqualTo(numbers(each));
    }
    assertThat(many[items.length - 1].isTaken()).isFalse();
  }

  private static double[] numbers(Takes takes) {
    return new double[] {
      takes.writtenTaken(),
      takes.writtenRecent(0),
      takes.writtenRecent(1),
      takes.writtenRecent(2),
      takes.firstTick(),
      takes.lastTick()
    };
  }

  private byte @Nullable [] bytes(@Nullable ItemCounts counts) {
    return counts == null ? null : ItemCountsCodec.encode(counts, ids::id);
  }

  /** What is read of an item is of one moment. */
  @Test
  void nobodyReadsHalfOfAListWhileOthersAreWritten() throws InterruptedException {
    Experts experts = new Experts(ids, PackedRecords.below(folder));
    EvidenceBook book = experts.book();
    int item = ids.code("item");
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicReference<@Nullable String> wrong = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              while (running.get() && wrong.get() == null) {
                wrong.compareAndSet(null, mixture(book.counts(item)));
              }
            });
    reader.start();
    Random random = new Random(5);
    for (int step = 1; step < 100_000; step++) {
      int[] items = new int[random.nextInt(30)];
      Arrays.fill(items, step);
      Companions companions = Companions.of(items, new float[items.length], step);
      book.counts(
          item, new ItemCounts(step, new double[] {step, step, step}, step, step, companions));
    }
    running.set(false);
    reader.join();
    experts.close();
    assertThat(wrong.get()).isNull();
  }

  private static @Nullable String mixture(@Nullable ItemCounts counts) {
    if (counts == null) {
      return null;
    }
    long step = counts.lastTick();
    boolean whole = counts.firstTick() == step && counts.companions().tick() == step;
    for (int i = 0; i < counts.companions().size(); i++) {
      whole &= counts.companions().item(i) == step;
    }
    return whole ? null : "of " + step;
  }
}
