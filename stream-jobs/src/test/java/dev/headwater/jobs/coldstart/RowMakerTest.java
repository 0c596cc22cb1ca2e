package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.jobs.DomainModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowMakerTest {
  private static final DomainModel MODEL = new DomainModel("shop", "/nowhere", "m1");
  private static final float[] USER = {1, 1, 1, 1};

  private final ItemPool sources = new ItemPool(WordEncoder.DIM, 4);
  private final TargetItems target =
      new TargetItems(
          1, new TrainedItems("shop", WordEncoder.DIM, 4), new TextPool(WordEncoder.DIM));
  private final SpreadBonus bias = SpreadBonus.of(new float[][] {USER}, 1);
  private final RowMaker maker =
      new RowMaker(
          MODEL,
          new MatchingModel(
              "enc",
              "words",
              WordEncoder.DIM,
              4,
              sources,
              TextSlope.none(),
              new float[] {1, 0, 0, 0},
              bias),
          target,
          2,
          7);

  @Test
  void withFewTrainedItemsARowHasTheNormOfItsMatches() {
    sources.put("source", "lamp", WordEncoder.encode("words", "lamp"), new float[] {3, 4, 0, 0});
    assertThat(Vectors.norm(made())).isCloseTo(5, within(1e-4f));
  }

  @Test
  void withEnoughTrainedItemsARowIsTheMeanRaisedByWhatItsSpreadIsWorth() {
    train("a", new float[] {2, 0, 0, 0});
    train("b", new float[] {0, 2, 0, 0});
    float[] row = made();
    float[] mean = {1, 1, 0, 0};
    // Both matches lie sqrt(2) from their mean.
    assertThat(dot(row)).isCloseTo(dot(mean) + bias.ofSpread(2), within(0.05));
    assertThat(dot(row)).isGreaterThan(dot(mean) + 1);
  }

  @Test
  void aRowNamesTheTextsBeforeItOfItsBatchToo() {
    train("a", new float[] {2, 0, 0, 0});
    float[] lamp = WordEncoder.encode("words", "lamp");
    List<AcceptedItem> items =
        List.of(
            AcceptedItem.newBuilder().setItem("first").build(),
            AcceptedItem.newBuilder().setItem("then").build());
    EmbeddingRow[] rows = maker.make(items, new float[][] {lamp, lamp}, 1);
    assertThat(rows[0].getNearTextsList()).extracting(NearText::getItem).containsExactly("a");
    assertThat(rows[1].getNearTextsList())
        .extracting(NearText::getItem)
        .containsExactly("a", "first");
    assertThat(rows[1].getNearTexts(0).getCosine()).isCloseTo(1, within(1e-5f));
    target.onRow(RowRecord.ended(new Keys.RowKey("d", "m", "a"), 9, 1));
    EmbeddingRow[] again = maker.make(items.subList(0, 1), new float[][] {lamp}, 1);
    assertThat(again[0].getNearTextsList())
        .as("neither itself nor what has ended")
        .extracting(NearText::getItem)
        .containsExactly("then");
  }

  private void train(String item, float[] vector) {
    EmbeddingRow cold =
        EmbeddingRow.newBuilder()
            .setItem(item)
            .setIncarnation(1)
            .setTextVector(Vectors.int8(WordEncoder.encode("words", "lamp")))
            .setVector(Vectors.fp32(new float[] {1, 1, 1, 1}))
            .build();
    EmbeddingRow tuned =
        cold.toBuilder()
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setInteractionsLearned(3)
            .setVector(Vectors.fp32(vector))
            .build();
    Keys.RowKey key = new Keys.RowKey("d", "m", item);
    target.onRow(RowRecord.of(RowRecord.Kind.COLD, key, 1, cold));
    target.onRow(RowRecord.of(RowRecord.Kind.TUNED, key, 2, tuned));
  }

  private float[] made() {
    AcceptedItem item = AcceptedItem.newBuilder().setDomain("shop").setItem("new").build();
    EmbeddingRow[] rows =
        maker.make(List.of(item), new float[][] {WordEncoder.encode("words", "lamp")}, 1);
    return Vectors.unpack(rows[0].getVector());
  }

  private static double dot(float[] row) {
    double sum = 0;
    for (int k = 0; k < row.length; k++) {
      sum += USER[k] * row[k];
    }
    return sum;
  }
}
