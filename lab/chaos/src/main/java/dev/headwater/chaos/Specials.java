package dev.headwater.chaos;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.platform.report.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Items that a merchant changes and deletes while something breaks, beside those that only come.
 * Each gets a click that is learned, so that all topics know it. For one thread.
 */
final class Specials {
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Stage stage;
  private final String name;
  private final Map<String, Long> edited = new HashMap<>();
  private final Set<String> deleted = new HashSet<>();
  private final List<String> there = new ArrayList<>();
  private int number;

  /** Makes one; {@code name} tells its items from those of others. */
  Specials(Stage stage, String name) {
    this.stage = stage;
    this.name = name;
    stage.lookAgainAt(this);
  }

  /** Publishes items, waits for their rows, and has each of them clicked and learned. */
  void publish(int items) throws InterruptedException {
    List<String> begun = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      begun.add(begin());
    }
    Await.until("rows of " + name, Patience.of(SOON), () -> begun.stream().allMatch(this::hasRow));
    String known = stage.load().items().stream().sorted().findFirst().orElseThrow();
    for (String item : begun) {
      stage.load().click("e1/" + item, "u/" + item, known);
      stage.load().flush();
      stage.load().click("e2/" + item, "u/" + item, item);
    }
    stage.load().flush();
    Await.until(
        "clicks of " + name + " to be learned",
        Patience.of(SOON),
        () -> begun.stream().allMatch(this::isLearned));
  }

  /** Publishes one item and does not wait for it. */
  String begin() {
    String item = name + "-" + number++;
    stage.load().publish(item(item, "first"));
    stage.load().flush();
    there.add(item);
    return item;
  }

  private CatalogItem item(String item, String word) {
    return CatalogItem.of(
        stage.cluster().domain(), item, "a " + word + " kite of " + name, "Acme", List.of("Toys"));
  }

  private boolean hasRow(String item) {
    return stage.ledger().row(item) != null;
  }

  private boolean isLearned(String item) {
    EmbeddingRow row = stage.ledger().row(item);
    return row != null && row.getInteractionsLearned() > 0;
  }

  /** Gives the next items, of those there, another text. */
  void edit(int items) {
    for (String item : next(items)) {
      edited.put(item, stage.ledger().revision(item));
      stage.load().publish(item(item, "second"));
    }
    stage.load().flush();
  }

  /** Deletes the next items, of those there, by request. */
  void delete(int items) {
    for (String item : next(items)) {
      stage.load().delete(item);
      deleted.add(item);
    }
  }

  private List<String> next(int items) {
    List<String> taken = List.copyOf(there.subList(0, Math.min(items, there.size())));
    there.removeAll(taken);
    return taken;
  }

  /** Says what a deleted item is still found in, and which text did not come. */
  void check() throws InterruptedException {
    boolean done =
        Await.within(
            Patience.of(SOON),
            () ->
                deleted.stream().allMatch(this::isGone)
                    && edited.keySet().stream().allMatch(this::isChanged));
    if (!done) {
      lookAgain();
    }
  }

  /** Says so of what is there now: what was gone may have come back since it was looked at. */
  void lookAgain() {
    deleted.stream()
        .filter(item -> !isGone(item))
        .forEach(item -> stage.remark(item + " was deleted and is there: " + where(item)));
    edited.keySet().stream()
        .filter(item -> !isChanged(item))
        .forEach(item -> stage.remark(item + " has its old text, of " + edited.get(item)));
  }

  private boolean isChanged(String item) {
    EmbeddingRow row = stage.ledger().row(item);
    return row != null && row.getRevision() > edited.getOrDefault(item, 0L);
  }

  private boolean isGone(String item) {
    return where(item).isEmpty();
  }

  private List<String> where(String item) {
    List<String> where = new ArrayList<>(stage.ledger().standing(item));
    for (Answers node : stage.answers()) {
      HeadwaterClient shop = node.shop();
      String state = shop.status(item).state();
      if (state.equals("visible") || state.equals("published")) {
        where.add(node.name() + " says " + state);
      }
    }
    return where;
  }
}
