package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.Signals;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.simulation.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A request to delete a user ends what happened until its time. Once a part has confirmed it, that
 * part holds nothing from before; and in the end all nodes hold the history that the log holds.
 */
final class UserRules {
  private static final Topics TOPICS = Topics.DEFAULT;

  private final World world;
  private final LogReader histories;
  private final LogReader requests;
  private final LogReader receipts;
  private final Map<String, UserHistory> last = new TreeMap<>();
  private final Map<String, Map<String, Long>> newest = new HashMap<>();
  private final Map<String, Long> asked = new TreeMap<>();

  /** Times of the deletions that hops and nodes have confirmed. */
  private final Map<String, Map<String, Long>> answered = new HashMap<>();

  UserRules(World world) {
    this.world = world;
    histories = new LogReader(world.log, List.of(TOPICS.userHistories()), Map.of());
    requests = new LogReader(world.log, List.of(TOPICS.deletions()), Map.of());
    receipts = new LogReader(world.log, List.of(TOPICS.deletionReceipts()), Map.of());
  }

  /** After every step: what was confirmed remains true. */
  void check() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : histories.pollAll()) {
      String user = Keys.parse(new String(record.key(), StandardCharsets.UTF_8)).id();
      if (record.value() == null) {
        last.remove(user);
      } else {
        UserHistory history = UserHistory.parseFrom(record.value());
        last.put(user, history);
        for (HistoryEntry entry : history.getEntriesList()) {
          newest
              .computeIfAbsent(user, name -> new HashMap<>())
              .merge(entry.getItem(), entry.getEventTimeMs(), Math::max);
        }
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : requests.pollAll()) {
      Deletion deletion = Objects.requireNonNull(Deletion.read(record));
      if (deletion.kind() == Deletion.Kind.USER) {
        asked.merge(deletion.id(), record.timestamp(), Math::max);
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : receipts.pollAll()) {
      DeletionReceipt receipt = Objects.requireNonNull(DeletionReceipt.parse(record.value()));
      if (receipt.kind() == Deletion.Kind.USER) {
        String hop = receipt.hop().equals(DeletionReceipt.SERVING) ? receipt.node() : receipt.hop();
        answered
            .computeIfAbsent(hop, name -> new TreeMap<>())
            .merge(receipt.id(), receipt.deletedMs(), Math::max);
      }
    }
    answered(DeletionReceipt.INGEST).forEach(this::checkHistory);
    world.nodes.forEach(
        node -> answered(node.name()).forEach((user, ms) -> checkNode(node, user, ms)));
  }

  private Map<String, Long> answered(String hop) {
    return answered.getOrDefault(hop, Map.of());
  }

  private void checkHistory(String user, long deletedMs) {
    UserHistory history = last.getOrDefault(user, UserHistory.getDefaultInstance());
    assertThat(history.getEntriesList())
        .as("what user-histories holds of %s, who was deleted at %d", user, deletedMs)
        .allMatch(entry -> entry.getEventTimeMs() > deletedMs);
  }

  /** An item that stands in the history before and after the deletion may have come by either. */
  private void checkNode(Node node, String user, long deletedMs) {
    Set<String> since = new HashSet<>();
    newest
        .getOrDefault(user, Map.of())
        .forEach(
            (item, ms) -> {
              if (ms > deletedMs) {
                since.add(item);
              }
            });
    assertThat(since)
        .as("what %s holds of %s, who was deleted at %d", node.name(), user, deletedMs)
        .containsAll(node.history(user));
  }

  /** In the end every request is answered, and all nodes hold what the log says. */
  void checkSettled() throws Exception {
    check();
    asked.forEach(
        (user, deletedMs) -> {
          for (String hop : List.of(DeletionReceipt.INGEST, DeletionReceipt.FINE_TUNE)) {
            checkAnswered(hop, user, deletedMs);
          }
          world.nodes.forEach(node -> checkAnswered(node.name(), user, deletedMs));
          checkHistory(user, deletedMs);
        });
    for (Node node : world.nodes) {
      for (int u = 0; u < World.USERS; u++) {
        String user = "u" + u;
        UserHistory history = last.getOrDefault(user, UserHistory.getDefaultInstance());
        assertThat(node.history(user))
            .as("the history of %s on %s", user, node.name())
            .containsExactlyElementsOf(Signals.likes(history.getEntriesList()));
      }
    }
  }

  private void checkAnswered(String by, String user, long deletedMs) {
    assertThat(answered(by).getOrDefault(user, 0L))
        .as("receipt of %s for %s", by, user)
        .isGreaterThanOrEqualTo(deletedMs);
  }
}
