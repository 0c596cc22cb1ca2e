package dev.headwater.serving.follow;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in {@code deletions}; what is no request is passed over, ingest makes a dead letter of it.
 * What is known of a user goes at once; histories written before the deletion are not taken in any
 * more, in whatever order the two topics are read, later ones are. An item goes with the tombstones
 * of its catalog entry and its rows. In both cases a receipt says when nothing is left.
 */
public final class DeletionsHandler implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionsHandler.class);

  private final Domains domains;
  private final FollowMetrics metrics;
  private final Receipts receipts;
  private final Clock clock;
  private final PendingErasures items = new PendingErasures();
  private boolean caughtUp;

  /** Creates one. */
  public DeletionsHandler(Domains domains, FollowMetrics metrics, Receipts receipts, Clock clock) {
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

  private void take(Deletion deletion, Domain domain, long erasedMs) {
    switch (deletion.kind()) {
      case USER -> {
        domain.users().delete(deletion.id(), erasedMs);
        metrics.onUserDeleted();
        if (caughtUp) {
          receipt(domain.name(), Deletion.Kind.USER, deletion.id(), erasedMs);
        }
      }
      case ITEM -> {
        if (caughtUp) {
          items.add(new PendingErasures.Item(domain, deletion.id()), erasedMs);
        }
      }
    }
  }

  @Override
  public void onTick() {
    if (domains.areRowsLoaded()) {
      for (PendingErasures.Gone gone : items.gone()) {
        PendingErasures.Item item = gone.item();
        receipt(item.domain().name(), Deletion.Kind.ITEM, item.id(), gone.erasedMs());
      }
    }
  }

  private void receipt(String domain, Deletion.Kind kind, String id, long erasedMs) {
    var unused =
        receipts
            .write(
                new DeletionReceipt(
                    DeletionReceipt.SERVING, domain, kind, id, erasedMs, clock.millis()))
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
