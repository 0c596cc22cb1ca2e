package dev.headwater.bench.jobs;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowFeed;
import dev.headwater.jobs.rows.RowsFollower;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they stand in the topics of a domain that was learned before: each item has a cold row
 * and a tuned one, which a job without state takes over. Without Kafka, which would be what is
 * measured.
 */
final class GeneratedRows implements RowFeed {
  static final int DIM = 64;

  private final DomainModel model;
  private final int rows;
  private final RowsFollower.Listener listener;
  private final Thread thread;
  private volatile boolean caughtUp;
  private volatile boolean closed;
  private volatile @Nullable Exception failure;

  private GeneratedRows(DomainModel model, int rows, RowsFollower.Listener listener) {
    this.model = model;
    this.rows = rows;
    this.listener = listener;
    this.thread = new Thread(this::run, "generated-rows");
    thread.setDaemon(true);
  }

  static RowFeed start(DomainModel model, int rows, RowsFollower.Listener listener) {
    GeneratedRows feed = new GeneratedRows(model, rows, listener);
    feed.thread.start();
    return feed;
  }

  static String item(int index) {
    return "item-%07d".formatted(index);
  }

  private void run() {
    try {
      SplittableRandom random = new SplittableRandom(7);
      for (int i = 0; i < rows && !closed; i++) {
        EmbeddingRow cold = cold(i, random);
        listener.onRow(record(RowRecord.Kind.COLD, i, cold));
        listener.onRow(record(RowRecord.Kind.TUNED, i, tuned(i, cold)));
      }
      caughtUp = true;
    } catch (Exception e) {
      failure = e;
    }
  }

  private EmbeddingRow cold(int index, SplittableRandom random) {
    float[] vector = new float[DIM];
    for (int i = 0; i < DIM; i++) {
      vector[i] = (float) random.nextGaussian() / 8;
    }
    return EmbeddingRow.newBuilder()
        .setDomain(model.domain())
        .setModel(model.bundleId())
        .setItem(item(index))
        .setIncarnation(1)
        .setRevision(1)
        .setOrigin(EmbeddingRow.Origin.COLD_START)
        .setVector(Vectors.fp32(vector))
        .build();
  }

  private static EmbeddingRow tuned(int index, EmbeddingRow cold) {
    return cold.toBuilder()
        .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
        .setVersion(RowVersion.newBuilder().setEpoch(1).setStep(index + 1L))
        .setNewestEventId("event-%07d".formatted(index))
        .setNewestEventTimeMs(1)
        .build();
  }

  private RowRecord record(RowRecord.Kind kind, int index, EmbeddingRow row) {
    Keys.RowKey key = new Keys.RowKey(model.domain(), model.bundleId(), item(index));
    return RowRecord.of(kind, key, index, row);
  }

  @Override
  public boolean isCaughtUp() {
    return caughtUp;
  }

  @Override
  public boolean isLevel() {
    return isCaughtUp();
  }

  @Override
  public void requireHealthy() {
    Exception why = failure;
    if (why != null) {
      throw new IllegalStateException("rows could not be handed over", why);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
