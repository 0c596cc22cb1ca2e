package dev.headwater.jobs.finetune;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.encoder.BiasedEncoder;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.jobs.DomainModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A tiny random encoder and rows to go with it. */
final class SmallModel {
  static final int DIM = 16;
  static final DomainModel MODEL = new DomainModel("shop", "/nowhere", "m1");

  /** Settings with which the bound of one user never binds. */
  static final Map<String, Object> UNBOUNDED =
      Map.of(
          "user-bound.per-item", Integer.MAX_VALUE,
          "user-bound.per-history", Integer.MAX_VALUE,
          "user-bound.per-user", Integer.MAX_VALUE);

  private SmallModel() {}

  /** With an item bias, as bundles have it. */
  static LearningModel open() {
    EncoderConfig size = new EncoderConfig(DIM, 10, 1, 2, false);
    BiasDimension bias = new BiasDimension(0, 3);
    return new LearningModel(
        "enc", DIM, 0.3f, () -> new BiasedEncoder(new SasRec(size, new SplittableRandom(7)), bias));
  }

  static float[] vector(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] vector = new float[DIM];
    for (int i = 0; i < DIM; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Gives a learner cold rows {@code i0} to {@code i(count - 1)} and ends its loading. */
  static void load(Learner learner, int count) {
    for (int i = 0; i < count; i++) {
      learner.onRow(cold("i" + i, 1, 1, vector(i)), 0);
    }
    learner.build();
    learner.endLoading(List.of(), 0);
  }

  /** Returns what sends a learner's rows, under epoch 5. */
  static Publisher publisher(
      FineTuneConfig config, Learner learner, FineTuneStats stats, Publisher.Outputs to) {
    return new Publisher(config, "enc", learner.rows(), learner.tables(), stats, to, 5);
  }

  static EmbeddingRow coldRow(String item, long incarnation, long revision, float[] vector) {
    return EmbeddingRow.newBuilder()
        .setDomain(MODEL.domain())
        .setModel(MODEL.bundleId())
        .setItem(item)
        .setIncarnation(incarnation)
        .setRevision(revision)
        .setOrigin(EmbeddingRow.Origin.COLD_START)
        .setVector(Vectors.fp32(vector))
        .build();
  }

  static RowRecord cold(String item, long incarnation, long revision, float[] vector) {
    EmbeddingRow row = coldRow(item, incarnation, revision, vector);
    return record(RowRecord.Kind.COLD, item, revision, row);
  }

  static RowRecord coldTombstone(String item, long offset) {
    return record(RowRecord.Kind.COLD, item, offset, null);
  }

  static RowRecord coldTombstone(String item, long offset, long incarnation) {
    return RowRecord.ended(key(item), offset, incarnation);
  }

  static RowRecord retired(RowRecord.Kind kind, String item, long offset) {
    return new RowRecord(kind, key(item), 0, offset, 0, 0, -1, true, false, null);
  }

  static RowRecord deletion(String item, long offset, long deletedMs) {
    return new RowRecord(
        RowRecord.Kind.COLD, key(item), 0, offset, 0, deletedMs, -1, false, false, null);
  }

  static RowRecord record(
      RowRecord.Kind kind, String item, long offset, @Nullable EmbeddingRow row) {
    return RowRecord.of(kind, key(item), offset, row);
  }

  private static Keys.RowKey key(String item) {
    return new Keys.RowKey("d", "m", item);
  }

  static TrainingExample example(String target, String... history) {
    boolean[] teaches = new boolean[history.length];
    Arrays.fill(teaches, true);
    return new TrainingExample(target, target, history, teaches, "event-" + target, 1_000, 1);
  }
}
