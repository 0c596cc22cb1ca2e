package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.simulation.log.LogReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An accepted click is learned once: no row, under whatever bundle and by whatever attempt, says
 * that it learned more clicks than were accepted of its item. That none is missing is for each
 * attempt to show: what it was given is learned or counted.
 */
final class LearningRules {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final RowLog ROWS = new RowLog(TOPICS);

  private final LogReader histories;
  private final LogReader rows;
  private final Map<String, Long> accepted = new HashMap<>();

  LearningRules(World world) {
    histories = new LogReader(world.log, List.of(TOPICS.userHistories()), Map.of());
    rows = new LogReader(world.log, List.of(TOPICS.fineTunedRows()), Map.of());
  }

  /** After every step. */
  void check() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : histories.pollAll()) {
      UserHistory history = UserHistory.parseFrom(record.value());
      if (history.getCause() == UserHistory.Cause.EVENT && history.getNewIndex() >= 0) {
        accepted.merge(history.getEntries(history.getNewIndex()).getItem(), 1L, Long::sum);
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : rows.pollAll()) {
      RowRecord row = ROWS.read(record);
      EmbeddingRow value = row == null || row.isRanker() ? null : row.row();
      if (row != null && value != null) {
        assertThat(value.getInteractionsLearned())
            .as("clicks that %s under %s has learned", row.item(), row.key().model())
            .isLessThanOrEqualTo(accepted.getOrDefault(row.item(), 0L));
      }
    }
  }
}
