package dev.headwater.serving.follow;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;

/** Counts what came in and how old it was when it became visible. */
public final class FollowMetrics implements ModelTable.RowListener {
  private final MeterRegistry registry;
  private final Clock clock;
  private final Timer rowVisible;
  private final Timer historyVisible;
  private final Counter rows;
  private final Counter histories;
  private final Counter withoutText;
  private final Counter loadFailures;
  private final Counter usersDeleted;
  private final Counter snapshotsLeftAside;
  private final Counter savedStatesLeftAside;

  /** Registers the meters. */
  public FollowMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    rowVisible =
        age("headwater.serving.row.visible", "from the cause of a row to the row in the answers");
    historyVisible =
        age("headwater.serving.history.visible", "from a click to its history in the answers");
    rows = registry.counter("headwater.serving.rows.applied");
    histories = registry.counter("headwater.serving.histories.applied");
    withoutText = registry.counter("headwater.serving.rows.without.text");
    loadFailures = registry.counter("headwater.serving.model.load.failures");
    snapshotsLeftAside = registry.counter("headwater.serving.snapshots.left.aside");
    savedStatesLeftAside = registry.counter("headwater.serving.saved.states.left.aside");
    usersDeleted = registry.counter("headwater.serving.users.deleted");
    // At zero before the first: what appears at one cannot be seen to have grown.
    RowGuard.REASONS.forEach(this::refused);
  }

  private Counter refused(String why) {
    return registry.counter("headwater.serving.rows.refused", "reason", why);
  }

  private Timer age(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .publishPercentiles(0.5, 0.99)
        .register(registry);
  }

  @Override
  public void onVisible(LiveRow row) {
    rows.increment();
    if (row.row().getOrigin() == EmbeddingRow.Origin.FALLBACK) {
      withoutText.increment();
    }
    record(rowVisible, row.row().getCausedMs());
  }

  @Override
  public void onRefused(EmbeddingRow row, String why) {
    refused(why).increment();
  }

  /** A history came in whose event was published at the given time. */
  public void onHistory(long publishedMs) {
    histories.increment();
    record(historyVisible, publishedMs);
  }

  /** A user was deleted. */
  public void onUserDeleted() {
    usersDeleted.increment();
  }

  /** A record could not be read; it was left out. */
  public void onUndecodable(String topic) {
    registry.counter("headwater.serving.records.undecodable", "topic", topic).increment();
  }

  /** A model could not be loaded. */
  public void onLoadFailure() {
    loadFailures.increment();
  }

  /** What an earlier process had saved could not be used. */
  public void onSavedStateLeftAside() {
    savedStatesLeftAside.increment();
  }

  /** A snapshot to start from could not be used. */
  public void onSnapshotLeftAside() {
    snapshotsLeftAside.increment();
  }

  private void record(Timer timer, long sinceMs) {
    if (sinceMs > 0) {
      timer.record(Duration.ofMillis(Math.max(0, clock.millis() - sinceMs)));
    }
  }
}
