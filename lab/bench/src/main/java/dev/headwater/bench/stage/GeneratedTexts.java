package dev.headwater.bench.stage;

import dev.headwater.idp.data.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Items whose words fill the text encoder's window, so that none costs less than a long text. */
public final class GeneratedTexts {
  /** Tokens of every text: the encoder cuts longer ones. */
  public static final int TOKENS = 32;

  private static final List<String> WORDS =
      List.of(
          "steel", "garden", "paper", "light", "travel", "music", "kitchen", "winter", "color",
          "power", "family", "silver", "summer", "school", "water", "animal", "picture", "leather",
          "wooden", "small", "green", "battery", "window", "camera", "coffee", "table");

  private GeneratedTexts() {}

  /** Returns items with ids of this prefix. */
  public static List<Item> items(String prefix, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder title = new StringBuilder();
      for (int k = 0; k < TOKENS; k++) {
        title.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
      }
      items.add(new Item(prefix + i, title.toString().trim(), "", List.of()));
    }
    return items;
  }
}
