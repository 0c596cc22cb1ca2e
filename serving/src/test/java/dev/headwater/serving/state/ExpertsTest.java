package dev.headwater.serving.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.rank.Feature;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExpertsTest implements ModelTable.RowListener {
  private static final float[] EAST = {1, 0};
  private static final float[] NORTH = {0, 1};

  private int visible;
  private final List<String> refused = new ArrayList<>();
  private final ItemIds ids = new ItemIds();
  private final ModelTable table = table();

  private ModelTable table() {
    return new ModelTable(
        Rows.MODEL,
        2,
        new Experts(ids),
        new RowGuard(0.01f, 10),
        Clock.systemUTC(),
        this,
        ScanIndex::new);
  }

  @Override
  public void onVisible(LiveRow row) {
    visible++;
  }

  @Override
  public void onRefused(EmbeddingRow row, String why) {
    refused.add(why);
  }

  private void take(RowRecord record) {
    table.onRow(ids.code(record.item()), record);
  }

  private Set<String> companions(ModelTable of, String item) {
    ItemCounts counts = Objects.requireNonNull(of.experts()).book().counts(ids.code(item));
    Set<String> names = new TreeSet<>();
    Companions companions = counts == null ? new Companions() : counts.companions();
    for (int i = 0; i < companions.size(); i++) {
      names.add(ids.id(companions.item(i)));
    }
    return names;
  }

  private Set<String> near(ModelTable of, String item) {
    Set<String> names = new TreeSet<>();
    for (int code : Objects.requireNonNull(of.experts()).book().texts(ids.code(item)).items()) {
      names.add(ids.id(code));
    }
    return names;
  }

  private long steps(ModelTable of) {
    return Objects.requireNonNull(of.experts()).ranker().weights().steps();
  }

  @Test
  void countsComeAndGoWithTheRowThatBringsThem() {
    take(ExpertRows.cold(0, "a", EAST));
    assertThat(companions(table, "a")).isEmpty();
    take(ExpertRows.taken(1, "a", 1, 10, EAST, "b", "c"));
    assertThat(companions(table, "a")).containsExactly("b", "c");
    assertThat(requireNonNull(table.experts()).book().tick()).isEqualTo(11);
    LiveRow live = Objects.requireNonNull(table.live(ids.code("a")));
    assertThat(live.row().getCounts()).as("kept once, by the experts").isEmpty();
    assertThat(visible).isEqualTo(2);
    take(ExpertRows.taken(2, "a", 2, 12, NORTH, "c", "d"));
    assertThat(companions(table, "a")).containsExactly("c", "d");
    EmbeddingRow back =
        Rows.tuned("d", "a", 1, 0, EAST).toBuilder()
            .clearVector()
            .setOrigin(EmbeddingRow.Origin.ROLLBACK)
            .setVersion(dev.headwater.events.wire.RowVersion.newBuilder().setGeneration(1))
            .build();
    take(ExpertRows.record(RowRecord.Kind.ROLLBACK, 3, back));
    assertThat(companions(table, "a")).as("as it was before any click").isEmpty();
  }

  @Test
  void aRowThatWaitsForItsColdRowBringsItsCountsThen() {
    take(ExpertRows.taken(1, "a", 1, 10, NORTH, "b"));
    assertThat(companions(table, "a")).isEmpty();
    take(ExpertRows.cold(0, "a", EAST));
    assertThat(companions(table, "a")).containsExactly("b");
  }

  @Test
  void textsAreNearBothWaysUntilOneEnds() {
    take(ExpertRows.cold(0, "a", EAST));
    take(ExpertRows.cold(1, "b", EAST, "a"));
    take(ExpertRows.taken(2, "b", 1, 3, NORTH));
    assertThat(near(table, "a")).as("the tuned row says nothing of texts").containsExactly("b");
    assertThat(near(table, "b")).containsExactly("a");
    take(ExpertRows.cold(3, "b", EAST, "c"));
    assertThat(near(table, "a")).as("another text").isEmpty();
    take(ExpertRows.cold(4, "c", EAST));
    assertThat(near(table, "b")).containsExactly("c");
    table.onRow(ids.code("b"), Rows.inCold(9, null));
    assertThat(near(table, "c")).isEmpty();
    assertThat(companions(table, "b")).isEmpty();
  }

  @Test
  void listsThatCannotBeReadRefuseTheRow() {
    take(ExpertRows.cold(0, "a", EAST));
    take(ExpertRows.taken(1, "a", 1, 10, EAST, "b"));
    EmbeddingRow broken =
        Rows.tuned("d", "a", 1, 2, NORTH).toBuilder()
            .setCounts(ByteString.copyFromUtf8("x"))
            .build();
    take(ExpertRows.record(RowRecord.Kind.TUNED, 2, broken));
    assertThat(refused).containsExactly(RowGuard.LISTS);
    assertThat(companions(table, "a")).containsExactly("b");
    float[] vector = new float[2];
    assertThat(table.vectors().readItem(ids.code("a"), vector)).isTrue();
    assertThat(vector).containsExactly(EAST);
  }

  @Test
  void theHighestWeightsStandAndARollbackBringsOthers() {
    assertThat(requireNonNull(table.experts()).ranker().weights().weights())
        .isDeepEqualTo(RankerPrior.weights().weights());
    table.onWeights(ExpertRows.weights(0, ExpertRows.of(7, Feature.TEXTS)));
    table.onWeights(ExpertRows.weights(0, ExpertRows.of(5, Feature.LEARNED)));
    assertThat(steps(table)).isEqualTo(7);
    table.onWeights(ExpertRows.weights(1, ExpertRows.of(3, Feature.COUNTED)));
    assertThat(steps(table)).isEqualTo(3);
    table.onWeights(ExpertRows.prior(2));
    assertThat(steps(table)).isZero();
    assertThat(refused).isEmpty();
  }

  @Test
  void insaneWeightsAreRefusedAndTheOldOnesStand() {
    table.onWeights(ExpertRows.weights(0, ExpertRows.of(7, Feature.TEXTS)));
    EmbeddingRow insane =
        ExpertRows.weights(0, ExpertRows.of(9, Feature.TEXTS)).toBuilder()
            .setRanker(ByteString.copyFromUtf8("no weights"))
            .build();
    table.onWeights(insane);
    assertThat(refused).containsExactly(RowGuard.WEIGHTS);
    assertThat(steps(table)).isEqualTo(7);
    table.onWeights(ExpertRows.weights(0, ExpertRows.of(8, Feature.TEXTS)));
    assertThat(steps(table)).as("a later sane one").isEqualTo(8);
  }

  @Test
  void aPinnedTableKeepsItsListsAndWeights() {
    take(ExpertRows.cold(0, "a", EAST, "b"));
    take(ExpertRows.cold(1, "b", EAST));
    PinnedTable pinned = new PinnedTable(table(), 7, false);
    EmbeddingRow then =
        Objects.requireNonNull(ExpertRows.taken(1, "a", 1, 10, EAST, "b").row()).toBuilder()
            .addAllNearTexts(
                Objects.requireNonNull(ExpertRows.cold(0, "a", EAST, "b").row()).getNearTextsList())
            .build();
    pinned.add(ids.code("a"), then);
    pinned.add(ids.code("b"), Objects.requireNonNull(ExpertRows.cold(1, "b", EAST).row()));
    pinned.table().onWeights(ExpertRows.weights(0, ExpertRows.of(7, Feature.TEXTS)));
    pinned.begin(table);
    take(ExpertRows.taken(2, "a", 2, 12, NORTH, "c"));
    pinned.follow(ids.code("a"), table);
    table.onWeights(ExpertRows.weights(0, ExpertRows.of(9, Feature.TEXTS)));
    assertThat(companions(pinned.table(), "a")).containsExactly("b");
    assertThat(near(pinned.table(), "a")).containsExactly("b");
    assertThat(steps(pinned.table())).isEqualTo(7);
  }

  @Test
  void anItemThatCameSinceLearningWasTakenBackIsShownWithItsNearTexts() {
    take(ExpertRows.cold(0, "a", EAST));
    take(ExpertRows.cold(1, "b", EAST, "a"));
    PinnedTable pinned = new PinnedTable(table(), 7, true);
    pinned.add(ids.code("a"), Objects.requireNonNull(ExpertRows.cold(0, "a", EAST).row()));
    pinned.begin(table);
    take(ExpertRows.cold(2, "c", NORTH, "b"));
    pinned.follow(ids.code("c"), table);
    assertThat(near(pinned.table(), "b")).contains("a");
    assertThat(near(pinned.table(), "c")).contains("b");
    assertThat(companions(pinned.table(), "c")).isEmpty();
  }

  @Test
  void anItemOfAVersionThatIsHeardOfLaterComesWithItsLists() {
    PinnedTable pinned = new PinnedTable(table(), 7, false);
    pinned.add(
        ids.code("a"), Objects.requireNonNull(ExpertRows.taken(1, "a", 1, 10, EAST, "b").row()));
    pinned.begin(table);
    assertThat(companions(pinned.table(), "a")).isEmpty();
    take(ExpertRows.cold(0, "a", EAST));
    pinned.follow(ids.code("a"), table);
    assertThat(companions(pinned.table(), "a")).containsExactly("b");
  }

  /** What compaction leaves, in another order, makes the same of a new node. */
  @Test
  void aNodeStartedAfreshKnowsTheSame() {
    List<RowRecord> all = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      String item = "i" + i;
      all.add(ExpertRows.cold(i, item, EAST, "i" + random.nextInt(40), "i" + random.nextInt(40)));
      for (int step = 1; step <= 3; step++) {
        all.add(
            ExpertRows.taken(
                100L * step + i, item, step, 10L * step, NORTH, "i" + random.nextInt(40)));
      }
    }
    all.forEach(this::take);
    TreeMap<String, RowRecord> newest = new TreeMap<>();
    all.forEach(record -> newest.put(record.kind() + record.item(), record));
    List<RowRecord> left = new ArrayList<>(newest.values());
    Collections.shuffle(left, random);
    ModelTable fresh = table();
    left.forEach(record -> fresh.onRow(ids.code(record.item()), record));
    for (int i = 0; i < 40; i++) {
      assertThat(companions(fresh, "i" + i)).isEqualTo(companions(table, "i" + i)).isNotEmpty();
      assertThat(near(fresh, "i" + i)).isEqualTo(near(table, "i" + i));
    }
    assertThat(requireNonNull(fresh.experts()).book().tick())
        .isEqualTo(requireNonNull(table.experts()).book().tick());
  }
}
