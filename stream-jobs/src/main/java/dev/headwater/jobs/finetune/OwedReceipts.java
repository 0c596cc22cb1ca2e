package dev.headwater.jobs.finetune;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Deletions of items that a domain has carried out and not confirmed: what was deleted is gone once
 * a checkpoint without it is complete, whichever bundle was learned with then. For one thread.
 */
final class OwedReceipts {
  private final String domain;
  private final Deque<DeletedItem> gone = new ArrayDeque<>();
  private final Map<String, Long> since = new LinkedHashMap<>();

  /** A deleted item whose state went with a checkpoint. */
  private record DeletedItem(long checkpointId, String item, long deletedMs) {}

  OwedReceipts(String domain) {
    this.domain = domain;
  }

  /** An item has ended on request. */
  void owe(String item, long deletedMs) {
    since.merge(item, deletedMs, Math::max);
  }

  /** What ended until now is in no checkpoint from this one on. */
  void confirmWith(long checkpointId) {
    since.forEach((item, deletedMs) -> gone.add(new DeletedItem(checkpointId, item, deletedMs)));
    since.clear();
  }

  /** A checkpoint is complete: gives the receipts that it was waited for with. */
  void completed(long checkpointId, long nowMs, Consumer<DeletionReceipt> to) {
    while (!gone.isEmpty() && gone.getFirst().checkpointId() <= checkpointId) {
      DeletedItem deletion = gone.removeFirst();
      to.accept(
          DeletionReceipt.of(
              DeletionReceipt.FINE_TUNE,
              Deletion.Kind.ITEM,
              new Keys.DomainKey(domain, deletion.item()),
              deletion.deletedMs(),
              nowMs));
    }
  }
}
