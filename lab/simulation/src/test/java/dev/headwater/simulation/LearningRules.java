package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.jobs.finetune.Lessons;
import dev.headwater.jobs.finetune.SimTrainer;
import dev.headwater.simulation.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An accepted click is learned once: no row, under whatever bundle and by whatever attempt, says
 * that it learned more clicks than were accepted of its item; and in the end the rows of an item
 * together say that they learned as many as its histories have lessons, unless some were taken
 * back, ended with the item or were given up. The clock by which counts fade has seen no more
 * events than were accepted of items that there are; where an attempt is given no state, no more
 * than rows show and than came after what they counted last, which they name by its number.
 */
final class LearningRules {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final RowLog ROWS = new RowLog(TOPICS);

  private final World world;
  private final LogReader histories;
  private final LogReader rows;
  private final LogReader rollbacks;
  private final Lessons lessons = new Lessons();
  private final Map<String, Long> wanted = new TreeMap<>();
  private final Map<String, Map<String, Long>> most = new HashMap<>();
  private final Set<String> takenBack = new HashSet<>();
  private final Map<String, Long> accepted = new HashMap<>();
  private final Map<Integer, Long> reached = new HashMap<>();
  private final List<Long> recordsMs = new ArrayList<>();
  private int freshSeen;
  private long newestTick;
  private long newestTickBefore;
  private long countedBefore = -1;

  LearningRules(World world) {
    this.world = world;
    rollbacks = new LogReader(world.log, List.of(TOPICS.rollbackRows()), Map.of());
    histories = new LogReader(world.log, List.of(TOPICS.userHistories()), Map.of());
    rows = new LogReader(world.log, List.of(TOPICS.fineTunedRows()), Map.of());
  }

  /** After every step. */
  void check() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : histories.pollAll()) {
      String user = new String(record.key(), StandardCharsets.UTF_8);
      if (record.value() == null) {
        lessons.forget(user);
        continue;
      }
      UserHistory history = UserHistory.parseFrom(record.value());
      lessons.of(user, history).forEach(item -> wanted.merge(item, 1L, Long::sum));
      if (history.getCause() == UserHistory.Cause.EVENT && history.getNewIndex() >= 0) {
        accepted.merge(history.getEntries(history.getNewIndex()).getItem(), 1L, Long::sum);
        recordsMs.add(reached.merge(record.partition(), record.timestamp(), Math::max));
      }
    }
    if (world.trainer().fresh().size() > freshSeen) {
      freshSeen = world.trainer().fresh().size();
      newestTickBefore = newestTick;
      TrainerJob.Fresh begun = world.trainer().fresh().get(freshSeen - 1);
      countedBefore = world.rules().countedNewest(begun.bundle(), begun.epoch());
    }
    for (ConsumerRecord<byte[], byte[]> record : rows.pollAll()) {
      RowRecord row = ROWS.read(record);
      EmbeddingRow value = row == null || row.isRanker() ? null : row.row();
      if (row != null && value != null) {
        assertThat(value.getInteractionsLearned())
            .as("clicks that %s under %s has learned", row.item(), row.key().model())
            .isLessThanOrEqualTo(accepted.getOrDefault(row.item(), 0L));
        assertThat(newestTick(value))
            .as("what the clock showed when %s was counted", row.item())
            .isLessThan(mostTicks(value));
        checkIsOfAnEvent(value);
        newestTick = Math.max(newestTick, newestTick(value));
        most.computeIfAbsent(row.item(), item -> new HashMap<>())
            .merge(row.key().model(), value.getInteractionsLearned(), Math::max);
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : rollbacks.pollAll()) {
      RowRecord row = ROWS.read(record);
      if (row != null && row.row() != null) {
        takenBack.add(row.item());
      }
    }
  }

  /** What a row says that it counted last is the number of an event, and nothing else. */
  private void checkIsOfAnEvent(EmbeddingRow row) {
    if (row.hasCountedNewest() && row.getCountedNewest() >= 0) {
      long oldestMs = recordsMs.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
      assertThat(row.getCountedNewest())
          .as("number of the newest event that %s counted", row.getItem())
          .isGreaterThanOrEqualTo(SimTrainer.atLeast(oldestMs));
    }
  }

  private long mostTicks(EmbeddingRow row) {
    long events = acceptedOfItems();
    TrainerJob.Fresh last = world.trainer().fresh().get(freshSeen - 1);
    if (last.shown() == 0 || row.getVersion().getEpoch() < last.epoch()) {
      return events; // it counts all anew, or nobody goes on from it
    }
    long since =
        recordsMs.stream().filter(ms -> SimTrainer.atLeast(ms + 1) > countedBefore).count();
    return 1 + Math.max(last.shown(), newestTickBefore) + since;
  }

  private long acceptedOfItems() {
    return World.ITEMS.stream().mapToLong(item -> accepted.getOrDefault(item, 0L)).sum();
  }

  private static long newestTick(EmbeddingRow row) {
    if (row.getCounts().isEmpty()) {
      return -1;
    }
    ItemCounts counts = ItemCountsCodec.decode(row.getCounts().toByteArray(), name -> -1);
    return Math.max(counts.lastTick(), counts.companions().tick());
  }

  /**
   * In the end the job and the topics have met, and no lesson is missing: rows that count say so,
   * or the last of a retired bundle.
   */
  void checkSettled() throws Exception {
    check();
    world.trainer().checkMet(world.experts());
    for (Map.Entry<String, Long> each : wanted.entrySet()) {
      String item = each.getKey();
      if (takenBack.contains(item)
          || world.deletions().hasEnded(item)
          || world.gaveUp().contains(item)) {
        continue;
      }
      long learned = 0;
      for (String model : World.MODELS) {
        learned +=
            world.rules().isRetired(model)
                ? most.getOrDefault(item, Map.of()).getOrDefault(model, 0L)
                : world.rules().learned(model, item);
      }
      assertThat(learned)
          .as("clicks on %s that rows have learned, under all bundles together", item)
          .isGreaterThanOrEqualTo(each.getValue());
    }
  }
}
