package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.evaluate.StreamEvents.Entry;
import dev.headwater.idp.online.Steps;
import java.util.List;

/**
 * Mode stream: all events in order of time; the first part fits, the rest is ranked and then
 * learned. Every contender ranks the same events. It learns as FineTuneJob does: full windows of
 * {@link Steps#MOST} steps while there is a backlog (the first part), windows of one step in the
 * stream, histories of like length together; and it keeps the rows of items without a click as
 * ColdStartJob does. The first events of all are ranked as well: what a new domain answers while it
 * has learned nothing. For one thread.
 */
public final class StreamEvaluation {
  private final StreamSettings settings;

  /** Makes an evaluation. */
  public StreamEvaluation(StreamSettings settings) {
    this.settings = settings;
  }

  /**
   * Runs through all events of a domain with real timestamps.
   *
   * @throws DataException if its timestamps are positions in a user's sequence: they do not say
   *     which of two users came first
   */
  public StreamResult run(DomainData data, float[][] texts, SourceBundle bundle) {
    return run(data, texts, bundle, RankListener.NONE);
  }

  /** The same; {@code listener} hears of every event of the stream. */
  public StreamResult run(
      DomainData data, float[][] texts, SourceBundle bundle, RankListener listener) {
    if (!data.realTime()) {
      throw new DataException(data.name() + " has an order of events but no times: no stream");
    }
    List<Entry> events = StreamEvents.of(data, settings.signals());
    try (StreamRun run = new StreamRun(settings, events, texts, bundle, listener)) {
      return run.run();
    }
  }
}
