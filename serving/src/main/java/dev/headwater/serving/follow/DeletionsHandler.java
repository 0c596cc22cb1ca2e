package dev.headwater.serving.follow;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes in {@code deletion-receipts}: what ingest has carried out, this node confirms. Nothing is
 * decided by a request itself: one that ingest refused or has not read yet ends nothing. What is
 * known of a user or an item goes with what ingest wrote of it, by the topics of their own. Where a
 * node starts it owes what it did not confirm before.
 */
public final class DeletionsHandler implements TopicFollower.Handler {
  private static final String INGEST = DeletionReceipt.INGEST + "/";

  /**
   * What ingest carried out longer than this before a start is not confirmed by it: tombstones live
   * no longer, and a node with a new name would confirm all that was ever deleted.
   */
  private static final long OWED_MS = Duration.ofDays(8).toMillis();

  private final Domains domains;
  private final FollowMetrics metrics;
  private final Receipts receipts;
  private final Clock clock;
  private final Slice slice;
  private final PendingDeletions pending;
  private LongConsumer forget = goneMs -> {};
  private boolean caughtUp;

  /**
   * Creates one that confirms all items.
   *
   * @param reach of the topics that ingest writes
   */
  public DeletionsHandler(
      Domains domains, FollowMetrics metrics, Receipts receipts, Clock clock, Reach reach) {
    this(domains, metrics, receipts, clock, reach, Slice.WHOLE);
  }

  /**
   * Creates one.
   *
   * @param reach of the topics that ingest writes
   * @param slice which items are held here; the others are for other nodes to confirm
   */
  public DeletionsHandler(
      Domains domains,
      FollowMetrics metrics,
      Receipts receipts,
      Clock clock,
      Reach reach,
      Slice slice) {
    this.slice = slice;
    this.domains = domains;
    this.metrics = metrics;
    this.receipts = receipts;
    this.clock = clock;
    pending =
        new PendingDeletions(domains, receipts, clock, reach, goneMs -> forget.accept(goneMs));
  }

  /**
   * Has somebody told when a deleted item was gone from ingest and, before this node's receipt is
   * written, from here; what was kept before then may hold it.
   */
  public DeletionsHandler telling(LongConsumer listener) {
    forget = listener;
    return this;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    String key = RecordKeys.text(record);
    boolean own = !caughtUp && receipts.isOwn(key);
    byte[] value = record.value();
    if (value == null || !(own || key.startsWith(INGEST))) {
      return;
    }
    DeletionReceipt receipt = DeletionReceipt.parse(value);
    if (receipt == null) {
      metrics.onUndecodable(record.topic());
      return;
    }
    Domain domain = domains.follow(receipt.domain());
    if (domain == null) {
      return;
    }
    var subject = new PendingDeletions.Subject(domain, receipt.kind(), receipt.id());
    if (own) {
      pending.confirmed(subject, receipt.deletedMs());
    } else {
      take(subject, receipt);
    }
  }

  private void take(PendingDeletions.Subject subject, DeletionReceipt receipt) {
    boolean user = subject.kind() == Deletion.Kind.USER;
    if (user) {
      metrics.onUserDeleted();
    } else {
      forget.accept(receipt.absentMs());
    }
    boolean held = user || slice.holds(receipt.domain(), receipt.id());
    if (held && (caughtUp || clock.millis() - receipt.absentMs() < OWED_MS)) {
      pending.add(subject, receipt.deletedMs());
    }
  }

  @Override
  public void onTick() {
    if (caughtUp) {
      pending.tick();
    }
  }

  @Override
  public void onCaughtUp() {
    caughtUp = true;
  }
}
