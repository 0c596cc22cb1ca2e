package dev.headwater.serving.shard;

import com.google.protobuf.ByteString;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.ExpertRows;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A random shop: what a single node, and each shard of many, is told of the same items. */
final class Shop {
  static final int DIM = 8;
  private static final int GROUPS = 7;

  /** One in so many items was never taken. */
  private static final int UNTAKEN = 4;

  private final Random random;
  private final List<String> items = new ArrayList<>();
  private final List<float[]> vectors = new ArrayList<>();
  private final float[][] middles = new float[GROUPS][DIM];
  private long tick;

  Shop(long seed, int size) {
    random = new Random(seed);
    for (float[] middle : middles) {
      gaussian(middle, 1);
    }
    for (int i = 0; i < size; i++) {
      items.add("item-" + i);
      float[] vector = middles[i % GROUPS].clone();
      gaussian(vector, 0.5f);
      vectors.add(vector);
    }
  }

  private void gaussian(float[] vector, float scale) {
    for (int d = 0; d < vector.length; d++) {
      vector[d] += scale * (float) random.nextGaussian();
    }
  }

  String anyItem() {
    return items.get(random.nextInt(items.size()));
  }

  List<String> history(int most) {
    List<String> history = new ArrayList<>();
    int group = random.nextInt(GROUPS);
    for (int i = 1 + random.nextInt(most); i > 0; i--) {
      history.add(like(group));
    }
    return history;
  }

  private String like(int item) {
    return random.nextInt(4) == 0
        ? anyItem()
        : items.get(item % GROUPS + GROUPS * random.nextInt(items.size() / GROUPS));
  }

  /** Tells all of them of every item in the same order. */
  void openTo(List<ShardNode> nodes) {
    for (int i = 0; i < items.size(); i++) {
      tell(nodes, i);
    }
    for (int i = 0; i < items.size(); i += UNTAKEN) { // some end again
      String item = items.get(i);
      if (random.nextInt(5) == 0) {
        owners(nodes, item).forEach(node -> node.end(item));
      }
    }
  }

  private static List<ShardNode> owners(List<ShardNode> nodes, String item) {
    return nodes.stream().filter(node -> node.slice().holds("d", item)).toList();
  }

  private void tell(List<ShardNode> nodes, int i) {
    String item = items.get(i);
    CatalogEntry entry = entry(i);
    EmbeddingRow cold = cold(i);
    EmbeddingRow tuned = i % UNTAKEN == 0 ? null : tuned(i);
    for (ShardNode node : owners(nodes, item)) {
      node.entry(item, entry);
      node.row(RowRecord.Kind.COLD, cold);
      if (tuned != null) {
        node.row(RowRecord.Kind.TUNED, tuned);
      }
    }
  }

  private CatalogEntry entry(int i) {
    boolean available = random.nextInt(25) > 0;
    List<String> categories =
        random.nextInt(6) == 0
            ? List.of()
            : List.of("c" + random.nextInt(4), "c" + random.nextInt(4));
    return new CatalogEntry(
        false,
        available,
        1,
        0,
        "title " + i,
        "b" + random.nextInt(3),
        categories,
        Map.of("size", "s" + random.nextInt(2)),
        i,
        i,
        CatalogEntry.NONE);
  }

  private EmbeddingRow cold(int i) {
    EmbeddingRow.Builder cold = Rows.cold("d", items.get(i), 1, vectors.get(i)).toBuilder();
    Set<String> near = new LinkedHashSet<>();
    for (int n = random.nextInt(12); n > 0 && i > 0; n--) {
      near.add(like(i));
    }
    near.remove(items.get(i));
    float cosine = 0.95f;
    for (String each : near) {
      cosine -= 0.01f + 0.05f * random.nextFloat();
      boolean changed = Math.floorMod(each.hashCode() + i, 12) == 0; // as those that ended, few
      cold.addNearTexts(NearTextWire.of(each, cosine, 1, changed ? 1 : 0));
    }
    return cold.build();
  }

  private EmbeddingRow tuned(int i) {
    float[] moved = vectors.get(i).clone();
    gaussian(moved, 0.1f);
    EmbeddingRow.Builder tuned = Rows.tuned("d", items.get(i), 1, 1 + i, moved).toBuilder();
    return tuned.setVector(Vectors.fp32(moved)).setCounts(counts(i)).build();
  }

  private ByteString counts(int i) {
    Set<String> companions = new LinkedHashSet<>();
    for (int n = random.nextInt(20); n > 0; n--) {
      companions.add(like(i));
    }
    companions.remove(items.get(i));
    List<String> names = List.copyOf(companions);
    int[] numbers = new int[names.size()];
    float[] weights = new float[numbers.length];
    for (int n = 0; n < numbers.length; n++) {
      numbers[n] = n;
      weights[n] = 0.1f + random.nextFloat();
    }
    long last = tick += 1 + random.nextInt(5);
    double taken = random.nextInt(10) == 0 ? 0 : 0.5 + 20 * random.nextDouble();
    double[] recent = {taken * random.nextDouble(), taken * random.nextDouble(), taken};
    return ByteString.copyFrom(
        ItemCountsCodec.encode(
            new ItemCounts(taken, recent, last / 2, last, Companions.of(numbers, weights, last)),
            names::get));
  }

  /** Some users click; all of them hear who did. */
  void click(ShardNode whole, List<ShardNode> shards, int clicks) {
    for (int i = 0; i < clicks; i++) {
      String user = "user-" + random.nextInt(20);
      List<String> history = history(30);
      String disliked = random.nextInt(5) == 0 ? anyItem() : "";
      whole.user(user, history, disliked);
      for (ShardNode shard : shards) {
        if (shard.slice().holds("d", user)) {
          shard.user(user, history, disliked);
        }
      }
    }
  }

  static Slice slice(int shards, int shard) {
    return new Slice(shards, shard);
  }

  static RowRecord record(RowRecord.Kind kind, EmbeddingRow row) {
    return ExpertRows.record(kind, 0, row);
  }
}
