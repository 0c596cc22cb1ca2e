package dev.headwater.store.cycle;

import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.TableId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Engines over a given store and log, and rows to feed them. */
public final class EngineFixture {
  /** The table all rows are of. */
  public static final TableId TOYS = new TableId("toys", "m1");

  /** Ten seconds after 1970 began: rows are caused at seconds 1 to 9 or after 11. */
  public static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(10_000), ZoneOffset.UTC);

  private EngineFixture() {}

  /** Starts an engine that has read the log and taken over, and the rows to their end. */
  public static StoreEngine engine(
      EmbeddingStore store, InMemoryAnnouncementLog log, TableValidator... validators) {
    return engine(store, log, log.open(), validators);
  }

  /** Starts an engine that writes through the given writer. */
  public static StoreEngine engine(
      EmbeddingStore store,
      InMemoryAnnouncementLog log,
      AnnouncementLog writer,
      TableValidator... validators) {
    StoreEngine engine = engineBehind(store, log, writer, validators);
    engine.caughtUp();
    return engine;
  }

  /** Starts an engine that has taken over, with rows that stand in the topics still to come. */
  public static StoreEngine engineBehind(EmbeddingStore store, InMemoryAnnouncementLog log) {
    return engineBehind(store, log, log.open());
  }

  private static StoreEngine engineBehind(
      EmbeddingStore store,
      InMemoryAnnouncementLog log,
      AnnouncementLog writer,
      TableValidator... validators) {
    AnnouncementBook book = new AnnouncementBook();
    log.announcements().forEach(book::apply);
    StoreEngine engine =
        new StoreEngine(
            new EngineParts(
                store,
                writer,
                book,
                List.of(validators),
                Surroundings.NONE,
                new StoreMetrics(new SimpleMeterRegistry()),
                CLOCK),
            CycleConfig.defaults(),
            new RowLog(Topics.DEFAULT));
    engine.takeOver();
    return engine;
  }

  /** A cold row of an incarnation, caused at a time. */
  public static RowRecord cold(
      long offset, String item, long incarnation, long causedMs, float value) {
    return record(
        RowRecord.Kind.COLD,
        offset,
        item,
        row(item, incarnation, value)
            .setOrigin(EmbeddingRow.Origin.COLD_START)
            .setCausedMs(causedMs)
            .build());
  }

  /** A cold row of a text, by a writer. */
  public static RowRecord cold(
      long offset, String item, long incarnation, long revision, long epoch, float value) {
    return record(
        RowRecord.Kind.COLD,
        offset,
        item,
        row(item, incarnation, value)
            .setOrigin(EmbeddingRow.Origin.COLD_START)
            .setRevision(revision)
            .setVersion(RowVersion.newBuilder().setEpoch(epoch).setStep(revision))
            .build());
  }

  /** The tombstone of an incarnation. */
  public static RowRecord ended(long offset, String item, long incarnation) {
    return RowRecord.ended(new Keys.RowKey("toys", "m1", item), offset, incarnation);
  }

  /** A tuned row. */
  public static RowRecord tuned(long offset, String item, long generation, long step, float value) {
    return record(
        RowRecord.Kind.TUNED,
        offset,
        item,
        row(item, 1, value)
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setVersion(RowVersion.newBuilder().setGeneration(generation).setEpoch(1).setStep(step))
            .build());
  }

  private static EmbeddingRow.Builder row(String item, long incarnation, float value) {
    return EmbeddingRow.newBuilder()
        .setDomain("toys")
        .setModel("m1")
        .setItem(item)
        .setIncarnation(incarnation)
        .setVector(Vectors.fp32(new float[] {value, 1}));
  }

  private static RowRecord record(RowRecord.Kind kind, long offset, String item, EmbeddingRow row) {
    return RowRecord.of(kind, new Keys.RowKey("toys", "m1", item), offset, row);
  }
}
