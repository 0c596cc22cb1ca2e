package dev.headwater.chaos;

import dev.headwater.broker.PoisonBatch;
import dev.headwater.platform.report.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;

/** Much and odd input, and ingest without its state beside it. */
final class InputFaults {
  private static final double MORE_RESIDENT_MAX = 0.03;

  /** Of what is alive in the heap: it grew by 11 and 14 MiB over the second half. */
  private static final long MORE_ALIVE_MAX_KB = 24 << 10;

  private static final long FRESH_MS = 5_000;

  private InputFaults() {}

  /**
   * Returns them.
   *
   * @param crowd how many users, and unknown items
   */
  static List<Fault> all(int crowd) {
    return List.of(
        new Fault(
            "batch-of-a-gigabyte",
            "a batch of some kilobytes that decompresses to a gigabyte: one dead letter, and what"
                + " stands round it is accepted",
            stage -> {
              stage.load().expectDeadLetter();
              int bytes =
                  new PoisonBatch(stage.cluster().kafka().common())
                      .send(stage.cluster().kafka().topics().interactions(), 0);
              stage.note("the batch had " + bytes + " bytes");
            }),
        new Fault(
            "unknown-items",
            "%,d users click on as many items that no catalog names, beside a fifth of the clicks: each click is kept; over the second half resident memory of a serving node grows by 3 %% at most, and what is alive in its heap by %d MiB"
                .formatted(crowd, MORE_ALIVE_MAX_KB >> 10),
            stage -> stage.load().beside(each -> unknownItems(each, crowd), stage)),
        new Fault(
            "ingest-rebuilt",
            "ingest loses its state and what Kafka kept of it, beside histories of %,d users: it is filled from what was published, and nothing is lost or twice"
                .formatted(crowd),
            stage -> rebuilt(stage, crowd)));
  }

  /** The first half fills whatever has a bound; the second shows that it has one. */
  private static void unknownItems(Stage stage, int crowd) throws Exception {
    stage.crowd().grow(crowd / 2);
    awaitCaughtUp(stage);
    List<HeldMemory> half = held(stage);
    stage.crowd().grow(crowd);
    awaitCaughtUp(stage);
    List<HeldMemory> all = held(stage);
    for (int i = 0; i < all.size(); i++) {
      stage.note(
          "serving-%d: %s with %,d unknown items; %s with %,d"
              .formatted(i + 1, half.get(i), crowd / 2, all.get(i), crowd));
      String more = half.get(i).more(all.get(i), MORE_RESIDENT_MAX, MORE_ALIVE_MAX_KB);
      if (!more.isEmpty()) {
        stage.remark("serving-%d holds %s".formatted(i + 1, more));
      }
    }
  }

  /** Whatever else was sent stands behind a crowd, in every part. */
  private static void awaitCaughtUp(Stage stage) throws InterruptedException {
    Await.until(
        "what was sent beside a crowd to be learned and served",
        Patience.of(Duration.ofMinutes(10)),
        () -> stage.freshness().staleMs() < FRESH_MS);
  }

  private static List<HeldMemory> held(Stage stage) throws IOException {
    List<HeldMemory> held = new ArrayList<>();
    for (int i = 1; i <= stage.answers().size(); i++) {
      stage.crowd().askFor(stage.cluster().servingPort("serving-" + i));
      held.add(HeldMemory.of(stage.cluster().process("serving-" + i).pid()));
    }
    return held;
  }

  private static void rebuilt(Stage stage, int crowd) throws Exception {
    stage.crowd().grow(crowd);
    stage.cluster().process("ingest").kill();
    Utils.delete(stage.cluster().state().resolve("ingest").toFile());
    try (Admin admin = Admin.create(stage.cluster().kafka().common())) {
      Set<String> internal =
          admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
              .filter(topic -> topic.endsWith("-changelog") || topic.endsWith("-repartition"))
              .collect(Collectors.toSet());
      admin.deleteTopics(internal).all().get(30, TimeUnit.SECONDS);
      stage.note("deleted " + internal);
    }
    long beganMs = System.currentTimeMillis();
    stage.bringBack("ingest");
    Set<String> waiting = stage.ledger().missing(stage.load().taken());
    Await.until(
        "ingest to accept what was sent meanwhile",
        Patience.of(Duration.ofMinutes(10)),
        () -> stage.ledger().missing(waiting).isEmpty());
    stage.note(
        "ingest was filled with %,d users in %d s"
            .formatted(stage.crowd().users(), (System.currentTimeMillis() - beganMs) / 1000));
  }
}
