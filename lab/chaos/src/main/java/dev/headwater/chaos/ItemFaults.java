package dev.headwater.chaos;

import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.report.Await;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Items change and end while whoever makes their rows stands still, or makes them anew. */
final class ItemFaults {
  private static final long MARKET_SEED = 7;
  private static final int ITEMS = 12;
  private static final int HALF = 4;
  private static final Duration SWITCH = Duration.ofMinutes(4);

  private ItemFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "cold-start-paused",
            "the TaskManager of ColdStartJob stands still (SIGSTOP) over changed texts and"
                + " deletions until its job runs elsewhere, then goes on: no old text and no"
                + " deleted item comes back",
            ItemFaults::paused,
            true),
        new Fault(
            "bundle-switched",
            "another bundle is announced while items are deleted and changed, and then the first"
                + " one again: no deleted item and no old text under either, every item has a row",
            ItemFaults::switched,
            true));
  }

  private static void paused(Stage stage) throws Exception {
    Specials items = new Specials(stage, "paused-" + System.currentTimeMillis());
    items.publish(ITEMS);
    String taskManager = stage.cluster().jobs().taskManagerOf(FlinkJobs.COLD_START);
    items.edit(1);
    items.delete(1);
    stage.cluster().process(taskManager).pause();
    try {
      items.edit(HALF);
      items.delete(HALF);
      stage.awaitElsewhere(FlinkJobs.COLD_START, taskManager);
    } finally {
      stage.cluster().process(taskManager).resume();
    }
    stage.cluster().awaitReady(taskManager);
    stage.cluster().awaitJobs();
    items.check();
  }

  private static void switched(Stage stage) throws Exception {
    String first = stage.cluster().bundleId();
    String second = stage.cluster().publishBundle(other());
    Specials items = new Specials(stage, "switched-" + System.currentTimeMillis());
    items.publish(ITEMS);
    announce(stage, second, items);
    announce(stage, first, items);
  }

  /** On one market less, so that it is another bundle of the same text encoder. */
  private static Path other() throws Exception {
    try (PrintStream out =
        new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      return new CachedBundle("one-market", GeneratedMarket.generate(MARKET_SEED).subList(0, 1))
          .get(out);
    }
  }

  private static void announce(Stage stage, String bundle, Specials items) throws Exception {
    String domain = stage.cluster().domain();
    var unused = stage.cluster().store().announceModel(domain, bundle, "chaos");
    stage.ledger().of(domain, bundle);
    items.edit(1);
    items.delete(1);
    items.begin();
    Await.pass(Fault.AWAY);
    items.edit(1);
    items.delete(1);
    items.begin();
    Await.until(
        "both nodes to serve " + bundle, Patience.of(SWITCH), () -> isServed(stage, bundle));
    items.edit(1);
    items.delete(1);
    items.check();
  }

  private static boolean isServed(Stage stage, String bundle) {
    return stage.answers().stream()
        .map(each -> each.versions().serving())
        .allMatch(serving -> serving != null && serving.model().equals(bundle));
  }
}
