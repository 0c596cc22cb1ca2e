package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import org.jspecify.annotations.Nullable;

/** What the check of a public record came to. */
@SuppressWarnings("ArrayRecordComponent") // raw bytes on their way, never compared
sealed interface Verdict {
  /** An interaction that may enter its user's history; it stands in the user's own partition. */
  record Event(Interaction interaction) implements Verdict {}

  /**
   * A catalog record that may count.
   *
   * @param item null for a tombstone
   * @param offset where it stood in {@code catalog}
   * @param strayed the partition where it stood, {@link #AT_HOME} where that is its key's own
   */
  record Item(@Nullable CatalogItem item, long offset, int strayed) implements Verdict {
    /** It stands where all records of its key meet. */
    static final int AT_HOME = -1;
  }

  /** A deletion request that counts; its key is {@code domain/ID} from here on. */
  record DeletionRequest(Deletion.Kind kind) implements Verdict {}

  /** A heartbeat; its key goes on with it. */
  record Beat(Heartbeat heartbeat) implements Verdict {}

  /** A good record in a partition that is not its key's: it goes round through a re-key topic. */
  record Stray(byte @Nullable [] value) implements Verdict {}

  /** A refused record as received. */
  record Refused(DeadLetter letter, byte @Nullable [] key, byte @Nullable [] value)
      implements Verdict {}
}
