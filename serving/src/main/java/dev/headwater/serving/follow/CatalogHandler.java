package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes in {@code catalog.accepted}: what may be shown, and the times of acceptance. */
public final class CatalogHandler implements TopicFollower.Handler {
  private final Domains domains;
  private final FollowMetrics metrics;
  private final Slice slice;

  /** Creates one that takes in all items. */
  public CatalogHandler(Domains domains, FollowMetrics metrics) {
    this(domains, metrics, Slice.WHOLE);
  }

  /**
   * Creates one.
   *
   * @param slice what is held here; the rest is passed by
   */
  public CatalogHandler(Domains domains, FollowMetrics metrics, Slice slice) {
    this.slice = slice;
    this.domains = domains;
    this.metrics = metrics;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Keys.DomainKey key = Keys.parse(RecordKeys.text(record));
      if (Identifiers.isReserved(key.id()) || !slice.holds(key.domain(), key.id())) {
        return; // a heartbeat is neither user nor item; what is not held is others'
      }
      Domain domain = domains.follow(key.domain());
      if (domain == null) {
        return;
      }
      CatalogEntry entry =
          record.value() == null
              ? CatalogEntry.deletedAt(record.timestamp(), IncarnationHeader.read(record.headers()))
              : CatalogEntry.of(AcceptedItem.parseFrom(record.value()));
      int code = domain.ids().code(key.id());
      CatalogEntry before = domain.catalog(code);
      domain.catalog(code, before == null ? entry : entry.after(before));
    } catch (RejectedRecordException | InvalidProtocolBufferException e) {
      metrics.onUndecodable(record.topic());
    }
  }
}
