package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.data.Item;
import dev.headwater.idp.text.RecformerTrainer.Example;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecformerTest {
  private static final int TITLE = 5;
  private static final int BRAND = 6;
  private static final int ACME = 8;
  private static final int RED = 9;
  private static final int START = 2;
  private static final List<String> COLOURS = List.of("red", "blue", "green", "white");
  private static final List<Item> ITEMS =
      Stream.concat(COLOURS.stream(), Stream.of(""))
          .map(
              colour ->
                  new Item("i" + colour, colour, colour.equals("red") ? "acme" : "", List.of()))
          .toList();
  private static final Recformer.Config CONFIG =
      new Recformer.Config(3, 4, 8, 3e-3f, 0, 0.1f, 0, 0.3, 0.1f);

  @TempDir private static Path folder;
  private static TextModel tiny;

  @BeforeAll
  static void write() throws Exception {
    List<String> words = new ArrayList<>(List.of("title", "brand", "category", "acme"));
    words.addAll(COLOURS);
    tiny = TinyBert.in(folder, words);
  }

  @Test
  void readsTheNewestItemFirstByNamesAndValues() {
    try (Recformer model = new Recformer(tiny, CONFIG, 1)) {
      TokenSequence read = model.tokens(ITEMS).sequence(2, 3, 1, 0);
      assertThat(read.tokens())
          .containsExactly(START, TITLE, RED, BRAND, ACME, TITLE, RED + 1, TITLE, RED + 3);
      assertThat(read.types()).containsExactly(0, 1, 2, 1, 2, 1, 2, 1, 2);
      assertThat(read.items())
          .as("the oldest is not read")
          .containsExactly(0, 1, 1, 1, 1, 2, 2, 3, 3);
    }
  }

  @Test
  void eachAttributeIsCutToItsShareAndAnItemWithoutWordsIsItsAttributesName() {
    try (Recformer model = new Recformer(tiny, CONFIG, 1)) {
      Item wordy = new Item("w", "red red red red red red", "acme", List.of("blue"));
      ItemTokens items = model.tokens(List.of(wordy, ITEMS.get(4)));
      assertThat(items.sequence(0).tokens())
          .containsExactly(START, TITLE, RED, RED, RED, RED, BRAND, ACME, BRAND + 1, RED + 1);
      assertThat(items.sequence(1).tokens()).containsExactly(START, TITLE);
    }
  }

  @Test
  void refusesTextsThatTheEncoderHasNoPlacesFor() {
    Recformer.Config wide = new Recformer.Config(32, 8, 8, 3e-3f, 0, 0.1f, 0, 0.3, 0.1f);
    assertThatThrownBy(() -> new Recformer(tiny, wide, 1)).hasMessageContaining("too long");
  }

  @Test
  void theOrderOfAHistoryCounts() {
    try (Recformer model = new Recformer(tiny, CONFIG, 1)) {
      ItemTokens items = model.tokens(ITEMS);
      float[][] found = model.histories(items, List.of(new int[] {0, 1}, new int[] {1, 0}));
      assertThat(found[0]).isNotEqualTo(found[1]);
    }
  }

  @Test
  void preTrainingLearnsWhatFollowsAndItsWeightsCanBeSet() {
    try (Recformer model = new Recformer(tiny, CONFIG, 1);
        Recformer other = new Recformer(tiny, CONFIG, 2)) {
      Map<String, float[]> before = model.weights();
      ItemTokens items = model.tokens(ITEMS);
      double first;
      double last = 0;
      try (RecformerTrainer trainer = RecformerTrainer.ofPretraining(model, 3)) {
        SplittableRandom random = new SplittableRandom(4);
        first = trainer.pretrain(items, batch(random));
        for (int i = 0; i < 60; i++) {
          last = trainer.pretrain(items, batch(random));
        }
      }
      assertThat(last).isLessThan(first / 2);
      assertThat(model.weights())
          .allSatisfy((name, values) -> assertThat(values).isNotEqualTo(before.get(name)));
      other.set(model.weights());
      List<int[]> histories = List.of(new int[] {0, 1});
      assertThat(other.histories(items, histories))
          .isDeepEqualTo(model.histories(items, histories));
    }
  }

  @Test
  void tuningLearnsWhatFollowsAgainstVectorsThatStandStill() {
    try (Recformer model = new Recformer(tiny, CONFIG, 1)) {
      ItemTokens items = model.tokens(ITEMS);
      float[][] table = model.items(items);
      double first;
      double last = 0;
      try (RecformerTrainer trainer = RecformerTrainer.ofTuning(model, 3)) {
        trainer.against(table);
        SplittableRandom random = new SplittableRandom(4);
        first = trainer.tune(items, batch(random));
        for (int i = 0; i < 60; i++) {
          last = trainer.tune(items, batch(random));
        }
      }
      assertThat(last).isLessThan(first / 2);
    }
  }

  @Test
  void eachTrainerDoesWhatItWasMadeFor() {
    try (Recformer model = new Recformer(tiny, CONFIG, 1);
        RecformerTrainer pretraining = RecformerTrainer.ofPretraining(model, 3)) {
      ItemTokens items = model.tokens(ITEMS);
      List<Example> batch = batch(new SplittableRandom(1));
      assertThatThrownBy(() -> pretraining.tune(items, batch))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** After two colours comes the next one. */
  private static List<Example> batch(SplittableRandom random) {
    List<Example> batch = new ArrayList<>();
    for (int i = 0; i < CONFIG.batch(); i++) {
      int at = random.nextInt(COLOURS.size());
      int[] history = {at, (at + 1) % COLOURS.size()};
      batch.add(new Example(history, (at + 2) % COLOURS.size()));
    }
    return batch;
  }
}
