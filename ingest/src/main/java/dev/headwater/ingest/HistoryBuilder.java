package dev.headwater.ingest;

import dev.headwater.events.json.Interaction;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Drops repeats and appends events to histories. The store holds the very bytes that {@code
 * user-histories} holds, so one can be rebuilt from the other.
 *
 * <p>A repeat is found by the hashes in the history while the event stands there, and for the
 * dedupe window (by the clock, never by what clients stamp) after it has left; only users with more
 * events than a history holds cost the second lookup.
 */
final class HistoryBuilder implements Processor<byte[], Verdict.Event, byte[], byte[]> {
  private static final byte[] SEEN = {1};

  private final IngestConfig config;
  private final IngestMetrics metrics;
  private final IngestTracing tracing;
  private final HistorySeed seed;
  private final long bucketMs;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<byte[], byte[]> histories;
  private WindowStore<byte[], byte[]> leftEvents;
  private KeyValueStore<byte[], byte[]> deletedUsers;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  HistoryBuilder(
      IngestConfig config, IngestMetrics metrics, IngestTracing tracing, HistorySeed seed) {
    this.config = config;
    this.seed = seed;
    this.metrics = metrics;
    this.tracing = tracing;
    this.bucketMs = config.dedupeWindow().toMillis();
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    histories = context.getStateStore(IngestStores.HISTORIES);
    leftEvents = context.getStateStore(IngestStores.LEFT_EVENTS);
    deletedUsers = context.getStateStore(IngestStores.ERASED_USERS);
    seed.fill(context.taskId().partition(), histories, deletedUsers);
  }

  @Override
  public void process(Record<byte[], Verdict.Event> record) {
    Interaction event = record.value().interaction();
    byte[] stored = histories.get(record.key());
    Histories before =
        stored == null
            ? Histories.empty(DeletedUser.fromBytes(deletedUsers.get(record.key())))
            : Histories.of(stored);
    long deletedMs = before.deletedMs();
    if (deletedMs > 0 && Math.min(event.timestampMs(), record.timestamp()) <= deletedMs) {
      metrics.deleted(event.domain()); // from before the user was deleted: it stays deleted
      tracing.outcome("deleted");
      return;
    }
    long hash = Histories.eventHash(record.key(), event.eventId());
    if (isRepeat(before, hash)) {
      metrics.duplicate(event.domain());
      tracing.outcome("duplicate");
      return;
    }
    Histories.Appended appended =
        before.append(
            event,
            config.signals().of(event),
            hash,
            record.timestamp(),
            context.currentSystemTimeMs(),
            config.historyLength());
    if (appended.hasLeft()) {
      leftEvents.put(key(appended.leftHash()), SEEN, bucket());
    }
    histories.put(record.key(), appended.bytes());
    metrics.appended(event.domain());
    tracing.outcome("appended");
    context.forward(record.withValue(appended.bytes()));
  }

  private boolean isRepeat(Histories history, long hash) {
    if (history.holds(hash)) {
      return true;
    }
    if (history.isWhole()) {
      return false;
    }
    byte[] key = key(hash);
    long bucket = bucket();
    return leftEvents.fetch(key, bucket) != null
        || leftEvents.fetch(key, bucket - bucketMs) != null;
  }

  private long bucket() {
    long nowMs = context.currentSystemTimeMs();
    return nowMs - nowMs % bucketMs;
  }

  private static byte[] key(long hash) {
    return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
  }
}
