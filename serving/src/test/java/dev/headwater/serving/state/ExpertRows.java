package dev.headwater.serving.state;

import com.google.protobuf.ByteString;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.rank.Feature;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/** Rows for tests that say more than a vector. */
public final class ExpertRows {
  private ExpertRows() {}

  /** An empty table of vectors of length 2 that keeps what rows say beside them. */
  public static ModelTable table(Experts experts) {
    return new ModelTable(
        Rows.MODEL,
        2,
        experts,
        new RowGuard(1e-6f, 100),
        Clock.systemUTC(),
        ModelTable.RowListener.NONE,
        ScanIndex::new);
  }

  /** A cold row whose text is near others, ever less. */
  public static RowRecord cold(long offset, String item, float[] vector, String... near) {
    EmbeddingRow.Builder row = Rows.cold("d", item, 1, vector).toBuilder();
    for (int i = 0; i < near.length; i++) {
      row.addNearTexts(NearText.newBuilder().setItem(near[i]).setCosine(0.9f - 0.1f * i));
    }
    return record(RowRecord.Kind.COLD, offset, row.build());
  }

  /** A tuned row of an item that was taken with others, each once. */
  public static RowRecord taken(
      long offset, String item, long step, long tick, float[] vector, String... companions) {
    return record(
        RowRecord.Kind.TUNED,
        offset,
        Rows.tuned("d", item, 1, step, vector).toBuilder()
            .setCounts(counts(tick, companions))
            .build());
  }

  /** What a row says of an item that was taken with others, each once. */
  public static ByteString counts(long tick, String... companions) {
    List<String> names = List.of(companions);
    float[] weights = new float[names.size()];
    Arrays.fill(weights, 1);
    int[] numbers = new int[names.size()];
    Arrays.setAll(numbers, i -> i);
    ItemCounts counts =
        new ItemCounts(3, new double[] {1, 2, 3}, 1, tick, Companions.of(numbers, weights, tick));
    return ByteString.copyFrom(ItemCountsCodec.encode(counts, names::get));
  }

  /** A record of any kind about its row's item. */
  public static RowRecord record(RowRecord.Kind kind, long offset, EmbeddingRow row) {
    return RowRecord.of(kind, new Keys.RowKey("d", Rows.MODEL, row.getItem()), offset, row);
  }

  /** Weights that look at one feature alone. */
  public static RankerWeights of(long steps, Feature feature) {
    float[][] weights = new float[RankerWeights.ROWS][Feature.COUNT];
    for (int length = 0; length < RankerWeights.BUCKETS; length++) {
      weights[length][List.of(Feature.values()).indexOf(feature)] = 1;
    }
    return new RankerWeights(steps, weights);
  }

  /** The weights that everybody begins with, times something. */
  public static RankerWeights scaled(long steps, float by) {
    float[][] weights = new float[RankerWeights.ROWS][];
    for (int length = 0; length < weights.length; length++) {
      weights[length] = RankerPrior.weights().weights()[length].clone();
      for (int k = 0; k < weights[length].length; k++) {
        weights[length][k] *= by;
      }
    }
    return new RankerWeights(steps, weights);
  }

  /** The row of weights. */
  public static EmbeddingRow weights(long generation, RankerWeights weights) {
    return row(generation, weights.steps())
        .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
        .setRanker(ByteString.copyFrom(RankerCodec.encode(RankerState.of(weights))))
        .build();
  }

  /** The row by which the prior stands again. */
  public static EmbeddingRow prior(long generation) {
    return row(generation, 0).setOrigin(EmbeddingRow.Origin.ROLLBACK).build();
  }

  private static EmbeddingRow.Builder row(long generation, long step) {
    return EmbeddingRow.newBuilder()
        .setDomain("d")
        .setModel(Rows.MODEL)
        .setItem(Identifiers.RANKER_ITEM)
        .setVersion(RowVersion.newBuilder().setGeneration(generation).setEpoch(5).setStep(step));
  }
}
