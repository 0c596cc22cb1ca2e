package dev.headwater.launcher.demo;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.json.Interaction;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Pace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Step 4 of the demo: replays clicks at a steady rate, publishes the new items on the way, and asks
 * the HTTP API when each thing became true.
 */
final class Replay {
  private static final int LARGE_COUNT = 1_000;
  private static final int SAMPLE_EVERY = 3;

  private final DemoPlan plan;
  private final EventPublisher publisher;
  private final HeadwaterClient shop;
  private final LatencyProbe clickToRecommendation =
      new LatencyProbe("recommendation", 4, 5, 15_000);
  private final LatencyProbe clickToEmbedding = new LatencyProbe("embedding", 4, 20, 15_000);
  private final LatencyProbe itemToRecommendable = new LatencyProbe("item", 8, 10, 30_000);
  private final Set<String> knownUsers = new HashSet<>();
  private final Set<String> visible = ConcurrentHashMap.newKeySet();
  private final Set<String> newItems = ConcurrentHashMap.newKeySet();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong answersWithNew = new AtomicLong();
  private long published;

  Replay(DemoPlan plan, EventPublisher publisher, HeadwaterClient shop) {
    this.plan = plan;
    this.publisher = publisher;
    this.shop = shop;
    plan.history().forEach(click -> knownUsers.add(click.user()));
  }

  /** Plays it all and waits for the last answers. */
  void play(double rate, Narrator narrator, QualityWatch quality) {
    List<Interaction> clicks = plan.replay();
    List<DemoPlan.NewItem> items = new ArrayList<>(plan.newItems());
    int nextItem = 0;
    Pace pace = new Pace(rate);
    try (Narrator.Progress progress = narrator.progress("replaying", clicks.size())) {
      for (int i = 0; i < clicks.size(); i++) {
        pace.await();
        double fraction = (i + 1) / (double) clicks.size();
        while (nextItem < items.size() && items.get(nextItem).atFraction() <= fraction) {
          publishItem(items.get(nextItem++));
        }
        publishClick(clicks.get(i), i);
        progress.to(i + 1, quality.inWords());
      }
      while (nextItem < items.size()) {
        publishItem(items.get(nextItem++));
      }
    }
    publisher.flush();
    narrator.say("waiting for the last answers");
    List.of(clickToRecommendation, clickToEmbedding, itemToRecommendable)
        .forEach(LatencyProbe::close);
  }

  private void publishClick(Interaction click, int index) {
    long start = System.nanoTime();
    publisher.publish(click);
    // The first click of a user teaches nothing: there is no history to learn it from.
    boolean teaches = !knownUsers.add(click.user());
    if (index % SAMPLE_EVERY == 0) {
      clickToRecommendation.offer(start, () -> answerKnows(click));
      if (teaches) {
        clickToEmbedding.offer(start, () -> rowLearned(click));
      }
    }
  }

  /**
   * An answer names the newest event it is based on: this click, or a later one of the same user.
   */
  private boolean answerKnows(Interaction click) {
    Recommendations answer = shop.forUser(click.user(), Wish.of(10));
    Recommendations.BasedOn basedOn = answer.basedOn();
    boolean knows =
        basedOn != null
            && (click.eventId().equals(basedOn.eventId())
                || basedOn.eventTime() >= click.timestampMs());
    if (knows) {
      answers.incrementAndGet();
      answersWithNew.addAndGet(holdsNew(answer) ? 1 : 0);
    }
    return knows;
  }

  private boolean holdsNew(Recommendations answer) {
    return answer.items().stream().anyMatch(each -> newItems.contains(each.item()));
  }

  private boolean rowLearned(Interaction click) {
    ItemStatus.Row row = shop.status(click.item()).row();
    Long newest = row == null ? null : row.newestEventTimeMs();
    return newest != null && newest >= click.timestampMs();
  }

  private void publishItem(DemoPlan.NewItem newItem) {
    String item = newItem.item().item();
    long start = System.nanoTime();
    publisher.publish(newItem.item());
    newItems.add(item);
    published++;
    boolean asked = itemToRecommendable.offer(start, () -> recommendable(item));
    while (!asked) {
      // Each new item is asked for: rather wait a little than leave one out.
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      asked = itemToRecommendable.offer(start, () -> recommendable(item));
    }
  }

  /**
   * In an answer to who took its nearest items, or, when a thousand others come before it, among
   * its like or beside its nearest item.
   */
  private boolean recommendable(String item) {
    ItemStatus status = shop.status(item);
    if (!status.isVisible()) {
      return false;
    }
    List<String> nearest = nearest(status);
    Wish large = Wish.of(LARGE_COUNT);
    boolean found =
        contains(shop.forHistory(nearest, large), item)
            || contains(shop.forHistory(nearest, ofItsKind(status, large)), item)
            || (!nearest.isEmpty() && contains(shop.similar(nearest.get(0), large), item));
    if (found) {
      visible.add(item);
    }
    return found;
  }

  private static Wish ofItsKind(ItemStatus status, Wish wish) {
    List<String> categories = status.categories();
    String brand = status.brand();
    Wish kind = brand == null ? wish : wish.brand(brand);
    return categories == null || categories.isEmpty()
        ? kind
        : kind.category(categories.get(categories.size() - 1));
  }

  /** The two nearest items of the same domain: from the match by text, else by embedding. */
  private List<String> nearest(ItemStatus status) {
    List<ItemStatus.Match> matches = status.matches() == null ? List.of() : status.matches();
    List<String> nearest =
        matches.stream()
            .filter(match -> plan.domain().equals(match.domain()))
            .limit(2)
            .map(ItemStatus.Match::item)
            .toList();
    return nearest.size() == 2
        ? nearest
        : shop.similar(status.item(), Wish.of(2)).items().stream()
            .map(Recommendations.Item::item)
            .toList();
  }

  private static boolean contains(Recommendations answer, String item) {
    return answer.items().stream().anyMatch(each -> each.item().equals(item));
  }

  long itemsPublished() {
    return published;
  }

  /** Of the answers asked for during the replay, those that held an item published in it. */
  double answersWithNewItem() {
    return answers.get() == 0 ? 0 : answersWithNew.get() / (double) answers.get();
  }

  long itemsVisible() {
    return visible.size();
  }

  Histogram clickToRecommendation() {
    return clickToRecommendation.micros();
  }

  Histogram clickToEmbedding() {
    return clickToEmbedding.micros();
  }

  Histogram itemToRecommendable() {
    return itemToRecommendable.micros();
  }

  int timeouts() {
    return clickToRecommendation.timeouts()
        + clickToEmbedding.timeouts()
        + itemToRecommendable.timeouts();
  }
}
