package dev.headwater.launcher.demo;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Pace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * What goes on after the story while a demo is kept, so that there is something to look at: people
 * go on clicking as the data has it, now and for ever, and a merchant adds an item now and then and
 * takes the oldest of them out again. Event times are those of the clock. Not thread-safe.
 */
final class Ongoing {
  /** Clicks a second. */
  static final double RATE = 5;

  private static final int ITEM_EVERY_CLICKS = 60;
  private static final int ITEMS_MAX = 40;
  private static final double NEW_ITEM_SHARE = 0.1;

  private final DemoPlan plan;
  private final EventPublisher publisher;
  private final Random random;
  private final List<Interaction> clicks = new ArrayList<>();
  private final Deque<String> added = new ArrayDeque<>();
  private long played;

  Ongoing(DemoPlan plan, EventPublisher publisher, Random random) {
    this.plan = plan;
    this.publisher = publisher;
    this.random = random;
    clicks.addAll(plan.rest());
    clicks.addAll(plan.replay());
  }

  /** Plays until the thread is interrupted. */
  void play() {
    Pace pace = new Pace(RATE);
    while (!Thread.currentThread().isInterrupted()) {
      pace.await();
      step(System.currentTimeMillis());
    }
  }

  /** Publishes one click that happens at this time, and at times an item. */
  void step(long nowMs) {
    if (played % ITEM_EVERY_CLICKS == 0) {
      addItem();
    }
    Interaction like = clicks.get((int) (played++ % clicks.size()));
    String item =
        !added.isEmpty() && random.nextDouble() < NEW_ITEM_SHARE ? added.getLast() : like.item();
    String id = UUID.randomUUID().toString();
    publisher.publish(Interaction.click(id, plan.domain(), like.user(), item, nowMs));
  }

  private void addItem() {
    CatalogItem like = plan.catalog().get(random.nextInt(plan.catalog().size()));
    String id = "new-" + UUID.randomUUID().toString().substring(0, 8);
    publisher.publish(
        CatalogItem.of(
            plan.domain(), id, like.title() + ", new edition", like.brand(), like.categories()));
    added.addLast(id);
    if (added.size() > ITEMS_MAX) {
      publisher.delete(plan.domain(), added.removeFirst());
    }
  }
}
