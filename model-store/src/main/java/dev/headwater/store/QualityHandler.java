package dev.headwater.store;

import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes windows of {@code quality}, and counts the items of {@code catalog.accepted}. What stood
 * there at the start is judged as a whole, each window after it at once.
 */
final class QualityHandler implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(QualityHandler.class);

  private final StoreEngine engine;
  private final QualityBook quality;
  private final Topics topics;
  private final Set<TableId> measured = new HashSet<>();
  private boolean caughtUp;

  QualityHandler(StoreEngine engine, QualityBook quality, Topics topics) {
    this.engine = engine;
    this.quality = quality;
    this.topics = topics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    if (record.topic().equals(topics.quality())) {
      if (record.value() != null) {
        measured.add(quality.take(QualityWindow.parseFrom(record.value())));
      }
      return;
    }
    Keys.DomainKey key = Keys.parse(new String(record.key(), StandardCharsets.UTF_8));
    if (!Identifiers.isReserved(key.id())) {
      quality.item(key.domain(), key.id(), record.value() != null);
    }
  }

  @Override
  public void onBatchEnd() {
    if (caughtUp) {
      measured.forEach(this::judge);
      measured.clear();
    }
  }

  @Override
  public void onCaughtUp() {
    caughtUp = true;
    onBatchEnd();
  }

  /** What cannot be said now is said after the next window, or the next version. */
  private void judge(TableId table) {
    try {
      engine.measured(table);
    } catch (StoreException e) {
      LOG.warn("bad learning of {} could not be taken back yet: {}", table, e.getMessage());
    }
  }
}
