package dev.headwater.chaos;

import dev.headwater.broker.PoisonBatch;
import dev.headwater.platform.report.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;

/** Much and odd input, and ingest without its state beside it. */
final class InputFaults {
  private static final double MORE_MEMORY_MAX = 1.03;

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
            "%,d users click on as many items that no catalog names: each click is kept, resident memory of a serving node grows by at most 3 %% over the second half"
                .formatted(crowd),
            stage -> unknownItems(stage, crowd)),
        new Fault(
            "ingest-rebuilt",
            "ingest loses its state and what Kafka kept of it, beside histories of %,d users: it is filled from what was published, and nothing is lost or twice"
                .formatted(crowd),
            stage -> rebuilt(stage, crowd)));
  }

  /** The first half fills whatever has a bound; the second shows that it has one. */
  private static void unknownItems(Stage stage, int crowd) throws Exception {
    stage.crowd().grow(crowd / 2);
    Await.until("nodes to read them", Patience.of(Duration.ofMinutes(5)), () -> areRead(stage));
    long[] half = resident(stage);
    stage.crowd().grow(crowd);
    Await.until("nodes to read them", Patience.of(Duration.ofMinutes(5)), () -> areRead(stage));
    long[] all = resident(stage);
    for (int i = 0; i < all.length; i++) {
      stage.note(
          "serving-%d resident %d MiB with %,d unknown items, %d MiB with %,d"
              .formatted(i + 1, half[i] >> 10, crowd / 2, all[i] >> 10, crowd));
      if (all[i] > MORE_MEMORY_MAX * half[i]) {
        stage.remark("serving-%d grew from %d to %d KiB".formatted(i + 1, half[i], all[i]));
      }
    }
  }

  private static boolean areRead(Stage stage) {
    return stage.answers().stream().allMatch(each -> each.staleMs() < 2_000);
  }

  private static long[] resident(Stage stage) throws IOException {
    long[] kilobytes = new long[2];
    for (int i = 0; i < kilobytes.length; i++) {
      long pid = stage.cluster().process("serving-" + (i + 1)).pid();
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          kilobytes[i] = Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kilobytes;
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
