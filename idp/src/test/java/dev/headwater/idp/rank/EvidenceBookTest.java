package dev.headwater.idp.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceBookTest {
  private static final CountConfig CONFIG = CountConfig.defaults();

  private final EvidenceBook book = new EvidenceBook(CONFIG, item -> "i" + item);

  @Test
  void anItemThatCameLaterNamesThoseBeforeItAndTheyNameIt() {
    book.begin(1, NearTexts.NONE);
    book.begin(2, near(1, 0.7f));
    assertThat(book.texts(1).items()).containsExactly(2);
    assertThat(book.texts(2).items()).containsExactly(1);
    assertThat(book.texts(1).cosines()).containsExactly(0.7f);
    assertThat(book.texts(3).size()).isZero();
  }

  @Test
  void namesOnlyItemsThatExist() {
    book.begin(2, near(1, 0.7f));
    assertThat(book.texts(2).size()).as("1 is not there yet").isZero();
    book.begin(1, NearTexts.NONE);
    assertThat(book.texts(2).items()).containsExactly(1);
    book.remove(1);
    assertThat(book.texts(2).size()).isZero();
    assertThat(book.texts(1).size()).isEqualTo(1);
    book.remove(2);
    book.begin(1, NearTexts.NONE);
    assertThat(book.texts(1).size()).as("what an ended item named is gone").isZero();
  }

  @Test
  void anotherListTakesThePlaceOfTheFormer() {
    for (int item = 1; item <= 3; item++) {
      book.begin(item, NearTexts.NONE);
    }
    book.begin(4, near(1, 0.7f, 2, 0.6f));
    book.begin(4, near(2, 0.5f, 3, 0.4f));
    assertThat(book.texts(4).items()).containsExactly(2, 3);
    assertThat(book.texts(1).size()).isZero();
    assertThat(book.texts(2).cosines()).containsExactly(0.5f);
  }

  @Test
  void aLinkIsOverWhenTheTextOfEitherEndChanges() {
    book.begin(1, NearTexts.NONE, 10);
    book.begin(2, new NearTexts(new int[] {1}, new float[] {0.7f}, new int[] {10}), 20);
    book.begin(1, NearTexts.NONE, 30);
    assertThat(book.texts(1).size()).as("2 was compared with another text of it").isZero();
    assertThat(book.texts(2).size()).isZero();
    book.begin(1, new NearTexts(new int[] {2}, new float[] {0.4f}, new int[] {20}), 30);
    assertThat(book.texts(1).cosines()).as("what came with its new text").containsExactly(0.4f);
    assertThat(book.texts(2).cosines()).containsExactly(0.4f);
    book.remove(1);
    book.begin(1, NearTexts.NONE, 40);
    assertThat(book.texts(2).size()).as("another incarnation").isZero();
  }

  @Test
  void whatNamesATextThatIsStillToComeWaitsForIt() {
    book.begin(1, NearTexts.NONE, 10);
    book.begin(2, new NearTexts(new int[] {1}, new float[] {0.7f}, new int[] {30}), 20);
    assertThat(book.texts(1).size()).isZero();
    book.begin(1, NearTexts.NONE, 30);
    assertThat(book.texts(1).items()).containsExactly(2);
    assertThat(book.texts(2).items()).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void listsDoNotDependOnTheOrderInWhichRowsCame(long seed) {
    Random random = new Random(seed);
    int items = 3 * NearTexts.CAPACITY;
    List<NearTexts> lists = new ArrayList<>();
    List<Integer> revisions = new ArrayList<>();
    for (int item = 0; item < items; item++) {
      int[] named = random.ints(0, items).distinct().limit(32).toArray();
      float[] cosines = new float[named.length];
      for (int i = 0; i < named.length; i++) {
        cosines[i] = (random.nextInt(8) + 1) / 10f; // many are equal
      }
      int[] texts = random.ints(named.length, 1, 3).toArray();
      lists.add(new NearTexts(named, cosines, texts));
      revisions.add(1 + random.nextInt(2));
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, items).boxed().toList());
    order.forEach(item -> book.begin(item, lists.get(item), revisions.get(item)));
    Collections.shuffle(order, random);
    EvidenceBook other = new EvidenceBook(CONFIG, item -> "i" + item);
    order.forEach(item -> other.begin(item, near((item + 1) % items, 0.9f), 3));
    order.forEach(item -> other.begin(item, lists.get(item), revisions.get(item)));
    for (int item = 0; item < items; item++) {
      assertThat(other.texts(item).items()).isEqualTo(book.texts(item).items());
      assertThat(other.texts(item).cosines()).isEqualTo(book.texts(item).cosines());
    }
    assertThat(book.texts(0).size()).isLessThanOrEqualTo(NearTexts.CAPACITY);
  }

  @Test
  void theTickIsTheHighestSeenAndNeverGoesBack() {
    assertThat(book.tick()).isZero();
    book.counts(1, taken(7));
    assertThat(book.tick()).isEqualTo(8);
    book.counts(1, taken(3));
    assertThat(book.tick()).isEqualTo(8);
    ItemCounts linked = new ItemCounts();
    linked.link(2, 1, 20, CONFIG);
    book.counts(3, linked);
    assertThat(book.tick()).as("a link is of an event as well").isEqualTo(21);
  }

  @Test
  void popularItemsFollowTheCountsThatStand() {
    book.counts(1, taken(1));
    book.counts(2, taken(2));
    assertThat(book.popular()).containsExactly(1, 2);
    book.counts(1, null);
    assertThat(book.popular()).containsExactly(2);
    book.remove(2);
    assertThat(book.popular()).isEmpty();
    assertThat(book.counts(2)).isNull();
  }

  @Test
  void candidatesAreItemsThatExist() {
    ItemCounts counts = new ItemCounts();
    counts.link(2, 1, 0, CONFIG);
    counts.link(3, 1, 0, CONFIG);
    book.begin(1, near(4, 0.9f, 5, 0.8f));
    book.counts(1, counts);
    book.begin(2, NearTexts.NONE);
    book.begin(4, NearTexts.NONE);
    CandidateSet set = new CandidateSet(16);
    set.start(new int[] {1});
    new Candidates(book, RankConfig.defaults()).offer(new int[] {1}, set);
    assertThat(set.size()).isEqualTo(2);
    assertThat(set.indexOf(2)).isNotNegative();
    assertThat(set.indexOf(4)).isNotNegative();
  }

  @Test
  void manyReadWhileOneWrites() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> reads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        reads.add(readers.submit(() -> read(done)));
      }
      for (int item = 1; item < 5_000; item++) {
        book.begin(item, near(0, 0.5f, item - 1, 0.9f));
        book.counts(item, taken(item));
      }
      done.set(true);
      for (Future<Integer> read : reads) {
        assertThat(read.get(30, TimeUnit.SECONDS)).isNotNegative();
      }
    } finally {
      readers.shutdownNow();
    }
  }

  private int read(AtomicBoolean done) {
    int seen = 0;
    while (!done.get()) {
      NearTexts near = book.texts(0);
      for (int i = 0; i < near.size(); i++) {
        assertThat(near.items()[i]).isPositive();
        assertThat(near.cosines()[i]).isIn(0.5f, 0.9f);
      }
      for (int item : book.popular()) {
        seen += book.counts(item) == null ? 0 : 1;
      }
    }
    return seen;
  }

  private static ItemCounts taken(long tick) {
    ItemCounts counts = new ItemCounts();
    counts.take(1, tick, CONFIG);
    return counts;
  }

  private static NearTexts near(int item, float cosine) {
    return new NearTexts(new int[] {item}, new float[] {cosine});
  }

  private static NearTexts near(int item, float cosine, int other, float lower) {
    return new NearTexts(new int[] {item, other}, new float[] {cosine, lower});
  }
}
