package dev.headwater.serving.follow;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in {@code deletions} of users, key {@code domain/user/ID}: what is known of the user goes
 * at once, and a receipt says so. Histories written before the deletion are not taken in any more,
 * in whatever order the two topics are read; later ones are. Deletions of items come as tombstones
 * of their rows.
 */
public final class DeletionsHandler implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionsHandler.class);
  private static final String USER = "user/";

  private final Domains domains;
  private final FollowMetrics metrics;
  private final Receipts receipts;
  private final Clock clock;
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
      Keys.DomainKey key = Keys.parse(RecordKeys.text(record));
      Domain domain = domains.follow(key.domain());
      boolean ofUser = key.id().startsWith(USER) && key.id().length() > USER.length();
      if (domain != null && ofUser && record.value() != null) {
        String user = key.id().substring(USER.length());
        domain.users().delete(user, record.timestamp());
        metrics.onUserDeleted();
        receipt(key.domain(), user, record.timestamp());
      }
    } catch (RejectedRecordException e) {
      metrics.onUndecodable(record.topic());
    }
  }

  /** What was deleted before this node started was never here: its receipts stand already. */
  private void receipt(String domain, String user, long erasedMs) {
    if (caughtUp) {
      var unused =
          receipts
              .write(
                  new DeletionReceipt(
                      DeletionReceipt.SERVING,
                      domain,
                      Deletion.Kind.USER,
                      user,
                      erasedMs,
                      clock.millis()))
              .whenComplete(
                  (place, failure) -> {
                    if (failure != null) {
                      LOG.error("the receipt of a deletion was not written", failure);
                    }
                  });
    }
  }

  @Override
  public void onCaughtUp() {
    caughtUp = true;
  }
}
