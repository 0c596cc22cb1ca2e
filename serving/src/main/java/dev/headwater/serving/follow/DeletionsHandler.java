package dev.headwater.serving.follow;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in {@code deletions}; what is no request is passed over, ingest makes a dead letter of it.
 * What is known of a user goes at once; histories that ingest wrote before it knew of the deletion
 * are not taken in any more, in whatever order the two topics are read, later ones are. An item
 * goes with the tombstones of its catalog entry and its rows. In both cases a receipt says when
 * nothing is left.
 */
public final class DeletionsHandler implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionsHandler.class);

  private final Domains domains;
  private final FollowMetrics metrics;
  private final Receipts receipts;
  private final Clock clock;
  private final Slice slice;
  private final PendingDeletions items = new PendingDeletions();
  private boolean caughtUp;

  /** Creates one that waits for all items. */
  public DeletionsHandler(Domains domains, FollowMetrics metrics, Receipts receipts, Clock clock) {
    this(domains, metrics, receipts, clock, Slice.WHOLE);
  }

  /**
   * Creates one.
   *
   * @param slice which items are held here; the others are for other nodes to confirm
   */
  public DeletionsHandler(
      Domains domains, FollowMetrics metrics, Receipts receipts, Clock clock, Slice slice) {
    this.slice = slice;
    this.domains = domains;
    this.metrics = metrics;
    this.receipts = receipts;
    this.clock = clock;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Deletion deletion = Deletion.read(record);
      Domain domain = deletion == null ? null : domains.follow(deletion.domain());
      if (deletion != null && domain != null) {
        take(deletion, domain, record.timestamp());
      }
    } catch (RejectedRecordException e) {
      metrics.onUndecodable(record.topic());
    }
  }

  private void take(Deletion deletion, Domain domain, long deletedMs) {
    switch (deletion.kind()) {
      case USER -> {
        domain.users().delete(deletion.id(), deletedMs);
        metrics.onUserDeleted();
        if (caughtUp) {
          receipt(domain.name(), Deletion.Kind.USER, deletion.id(), deletedMs);
        }
      }
      case ITEM -> {
        if (caughtUp && slice.holds(domain.name(), deletion.id())) {
          items.add(new PendingDeletions.Item(domain, deletion.id()), deletedMs);
        }
      }
    }
  }

  @Override
  public void onTick() {
    if (domains.areRowsLoaded()) {
      for (PendingDeletions.Gone gone : items.gone()) {
        PendingDeletions.Item item = gone.item();
        receipt(item.domain().name(), Deletion.Kind.ITEM, item.id(), gone.deletedMs());
      }
    }
  }

  private void receipt(String domain, Deletion.Kind kind, String id, long deletedMs) {
    var unused =
        receipts
            .write(
                new DeletionReceipt(
                    DeletionReceipt.SERVING, domain, kind, id, deletedMs, clock.millis()))
            .whenComplete(
                (place, failure) -> {
                  if (failure != null) {
                    LOG.error("the receipt of a deletion was not written", failure);
                  }
                });
  }

  /** What was deleted before this node started was never here: its receipts stand already. */
  @Override
  public void onCaughtUp() {
    caughtUp = true;
  }
}
