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
 * Deletes a user's history: the store forgets it, {@code user-histories} gets a record that says so
 * and a tombstone, and a mark stays so that nothing from before comes back. Events that happened
 * after the request (read before it, when everything is read again) stay, unless they lie so close
 * behind it that a client's clock may have been ahead.
 */
final class UserDeleter implements Processor<byte[], byte[], byte[], Deleted> {
  private final IngestConfig config;
  private final IngestMetrics metrics;
  private ProcessorContext<byte[], Deleted> context;
  private KeyValueStore<byte[], byte[]> histories;
  private KeyValueStore<byte[], byte[]> deletedUsers;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  UserDeleter(IngestConfig config, IngestMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], Deleted> context) {
    this.context = context;
    histories = context.getStateStore(IngestStores.HISTORIES);
    deletedUsers = context.getStateStore(IngestStores.ERASED_USERS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byte[] key = record.key();
    long deletedMs = record.timestamp();
    DeletedUser mark = DeletedUser.fromBytes(deletedUsers.get(key));
    byte[] stored = histories.get(key);
    if (deletedMs > mark.deletedMs()) {
      UserHistory before =
          stored == null ? UserHistory.getDefaultInstance() : Histories.parse(stored);
      delete(key, deletedMs, mark.seq(), before);
    }
    metrics.deletion(Deleted.subject(key).domain());
    context.forward(
        Deleted.receipt(Deletion.Kind.USER, key, deletedMs, context.currentSystemTimeMs()));
  }

  private void delete(byte[] key, long deletedMs, long lastSeq, UserHistory before) {
    long keptFromMs = deletedMs + config.limits().clockSkew().toMillis();
    List<HistoryEntry> kept =
        before.getEntriesList().stream().filter(e -> e.getEventTimeMs() > keptFromMs).toList();
    Keys.DomainKey subject = Deleted.subject(key);
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
            .setDeletedMs(deletedMs)
            .build()
            .toByteArray();
    deletedUsers.put(key, new DeletedUser(deletedMs, seq).toBytes());
    context.forward(Deleted.subject(key, after, deletedMs));
    if (kept.isEmpty()) {
      histories.delete(key);
      context.forward(Deleted.subject(key, null, deletedMs));
    } else {
      histories.put(key, after);
    }
  }
}
