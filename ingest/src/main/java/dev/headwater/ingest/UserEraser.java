package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import dev.headwater.events.Keys;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Erases a user's history: the store forgets it, {@code user-histories} gets a record that says so
 * and a tombstone, and a mark stays so that nothing from before comes back. Events that happened
 * after the request (read before it, when everything is read again) stay, unless they lie so close
 * behind it that a client's clock may have been ahead.
 */
final class UserEraser implements Processor<byte[], byte[], byte[], Erased> {
  private final IngestConfig config;
  private final IngestMetrics metrics;
  private ProcessorContext<byte[], Erased> context;
  private KeyValueStore<byte[], byte[]> histories;
  private KeyValueStore<byte[], byte[]> erasedUsers;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  UserEraser(IngestConfig config, IngestMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], Erased> context) {
    this.context = context;
    histories = context.getStateStore(IngestStores.HISTORIES);
    erasedUsers = context.getStateStore(IngestStores.ERASED_USERS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byte[] key = record.key();
    long erasedMs = record.timestamp();
    ErasedUser mark = ErasedUser.fromBytes(erasedUsers.get(key));
    byte[] stored = histories.get(key);
    if (erasedMs > mark.erasedMs()) {
      UserHistory before =
          stored == null ? UserHistory.getDefaultInstance() : Histories.parse(stored);
      erase(key, erasedMs, mark.seq(), before);
    }
    metrics.deletion(Erased.subject(key).domain());
    context.forward(
        Erased.receipt(Deletion.Kind.USER, key, erasedMs, context.currentSystemTimeMs()));
  }

  private void erase(byte[] key, long erasedMs, long lastSeq, UserHistory before) {
    long keptFromMs = erasedMs + config.limits().clockSkew().toMillis();
    List<HistoryEntry> kept =
        before.getEntriesList().stream().filter(e -> e.getEventTimeMs() > keptFromMs).toList();
    Keys.DomainKey subject = Erased.subject(key);
    long seq = Math.max(before.getSeq(), lastSeq) + 1;
    byte[] after =
        UserHistory.newBuilder()
            .setDomain(subject.domain())
            .setUser(subject.id())
            .setSeq(seq)
            .setCause(UserHistory.Cause.DELETION)
            .setNewIndex(-1)
            .addAllEntries(kept)
            .setAcceptedMs(context.currentSystemTimeMs())
            .setPosition(-1)
            .setErasedMs(erasedMs)
            .build()
            .toByteArray();
    erasedUsers.put(key, new ErasedUser(erasedMs, seq).toBytes());
    context.forward(Erased.subject(key, after, erasedMs));
    if (kept.isEmpty()) {
      histories.delete(key);
      context.forward(Erased.subject(key, null, erasedMs));
    } else {
      histories.put(key, after);
    }
  }
}
