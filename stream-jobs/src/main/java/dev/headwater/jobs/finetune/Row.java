package dev.headwater.jobs.finetune;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.expert.ItemCounts;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the learner holds of one item besides its vector. Mutable, for one thread. */
final class Row {
  /** Of a row that is clicked faster than it is sent, the newest are kept. */
  private static final int SPANS_MAX = 16;

  final String item;
  final int slot;
  final boolean owned;
  final long incarnation;

  /** When the incarnation began, as the cold row says. */
  final long beganMs;

  long revision;
  float[] start;
  long interactions;
  String newestEventId = "";
  long newestEventTimeMs;
  long newestPublishedMs;

  /** Of this session, below 0 before {@link Counting} gave one. */
  int number = -1;

  /** What clicks say of the item; null where nothing was counted. */
  @Nullable ItemCounts counts;

  /**
   * Number of the newest event that counts taken from the topics know, -1 where they come from
   * here: such events are read once more.
   */
  long countedUntil = -1;

  /** Number of the newest event that is counted, -1 for none. */
  long countedNewest = -1;

  /** Version of the last record sent or taken from the topics, null when none was. */
  @Nullable RowVersion version;

  /** Version of the last record that this attempt sent, null when none was. */
  @Nullable RowVersion ownVersion;

  /** What readers serve for this item, as far as this job knows. */
  float[] published;

  /** How many clicks on the item were read, learned or not, under this bundle and those before. */
  long clicksRead;

  /** The generation of the newest rollback of this row that is in it, 0 for none. */
  long rollbackRead;

  /**
   * How many clicks that this row has learned will come once more: a row taken from the topics
   * knows more than the state from which clicks are read again.
   */
  long replays;

  /** Event time of the newest of them. */
  long replaysUntilMs;

  /** When it was taken from the topics: the clicks that it knows were published before. */
  long adoptedMs;

  long lastSentMs;

  /** When it first changed after it was last sent, 0 when it did not. */
  long changedMs;

  /** Record time of the oldest click it learned after it was last sent, 0 for none. */
  long oldestClickMs;

  /** Whether it learned a click, or must be sent for another reason, since it was last sent. */
  boolean urgent;

  /** Spans in which it learned clicks after it was last sent, oldest first; null for none. */
  @Nullable List<SpanContext> learned;

  /** Whether the item ended or began again: this row is no longer in the table. */
  boolean ended;

  /** Whether its state changed since the last checkpoint. */
  boolean touched;

  /** Whether it stands in the publisher's queue of rows that learned a click. */
  boolean inClicked;

  /** Whether it stands in the publisher's queue of rows that only moved. */
  boolean inDrifted;

  Row(String item, int slot, boolean owned, EmbeddingRow cold, float[] start) {
    this.item = item;
    this.slot = slot;
    this.owned = owned;
    this.incarnation = cold.getIncarnation();
    this.beganMs = DeletionTime.beganMs(cold);
    this.revision = cold.getRevision();
    this.start = start;
    this.published = start;
  }

  void changed(long nowMs) {
    if (changedMs == 0) {
      changedMs = nowMs;
    }
  }

  void learnedClick(TrainingExample example) {
    clicksRead++;
    interactions++;
    urgent = true;
    if (example.eventTimeMs() >= newestEventTimeMs || newestEventId.isEmpty()) {
      newestEventId = example.eventId();
      newestEventTimeMs = example.eventTimeMs();
    }
    newestPublishedMs = Math.max(newestPublishedMs, example.publishedMs());
    if (oldestClickMs == 0) {
      oldestClickMs = example.publishedMs();
    }
  }

  /**
   * Record time of the newest click, 0 where the row learned none since it was last sent: it moved
   * along with others, or its lists changed, and no freshness is to be measured by an old click.
   */
  long causedMs() {
    return oldestClickMs > 0 ? newestPublishedMs : 0;
  }

  /** Tells whether an example read again was learned before the row was taken from the topics. */
  boolean knows(TrainingExample example, long startedMs) {
    boolean again =
        replays > 0
            && example.publishedMs() <= Math.max(startedMs, adoptedMs)
            && example.eventTimeMs() <= replaysUntilMs;
    if (again && example.isForTarget() && !example.isFirst()) {
      replays--;
      clicksRead++;
    }
    return again;
  }

  /** Clicks that the state itself knew and still waited for come once more as well. */
  void awaitReplays(long clicks, long untilMs) {
    replaysUntilMs = replays > 0 ? Math.max(replaysUntilMs, untilMs) : untilMs;
    replays = clicks;
  }

  /** Of the last record sent, 0 when none was. */
  long generation() {
    RowVersion last = version;
    return last == null ? 0 : last.getGeneration();
  }

  /** Notes the span in which it learned a click. */
  void learnedIn(SpanContext span) {
    List<SpanContext> spans = learned == null ? new ArrayList<>() : learned;
    if (spans.size() == SPANS_MAX) {
      spans.remove(0);
    }
    spans.add(span);
    learned = spans;
  }

  void sent(RowVersion newVersion, float[] vector, long nowMs) {
    version = newVersion;
    published = vector;
    lastSentMs = nowMs;
    changedMs = 0;
    oldestClickMs = 0;
    urgent = false;
    learned = null;
  }
}
