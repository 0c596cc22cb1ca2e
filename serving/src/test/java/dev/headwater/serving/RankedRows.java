package dev.headwater.serving;

import com.google.protobuf.ByteString;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import java.util.Random;

/** Gives rows what answers are ranked by beside vectors, drawn among items called item-0 and on. */
public final class RankedRows {
  private RankedRows() {}

  /** Names near texts, every item's at the same distances: many are equally near. */
  public static EmbeddingRow.Builder named(EmbeddingRow row, Random random, int items, int texts) {
    EmbeddingRow.Builder named = row.toBuilder();
    for (int near = 0; near < texts; near++) {
      named.addNearTexts(
          NearText.newBuilder()
              .setItem("item-" + random.nextInt(items))
              .setCosine(0.9f - 0.02f * near));
    }
    return named;
  }

  /** Counts how often the item was taken, and with which others. */
  public static EmbeddingRow.Builder counted(
      EmbeddingRow row, Random random, int items, int companions, long tick) {
    int[] others = random.ints(0, items).distinct().limit(companions).toArray();
    float[] weights = new float[others.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 5 - 0.1f * i;
    }
    double[] recent = {random.nextInt(9), random.nextInt(9), random.nextInt(9)};
    ItemCounts counts =
        new ItemCounts(
            1 + random.nextInt(50), recent, tick / 2, tick, Companions.of(others, weights, tick));
    return row.toBuilder()
        .setCounts(ByteString.copyFrom(ItemCountsCodec.encode(counts, number -> "item-" + number)));
  }
}
