package dev.headwater.bench.serving;

import dev.headwater.events.wire.AcceptedItem;
import java.util.List;
import java.util.Random;

/**
 * Items as ingest would have accepted them: a title of some words, one of many brands, three
 * categories, two attributes. A function of the item's number alone.
 */
final class BenchCatalog {
  private static final int BRANDS = 2_000;
  private static final int CATEGORIES = 300;
  private static final int WORDS = 5_000;
  private static final int TITLE_WORDS = 7;
  private static final List<String> COLOURS = List.of("black", "white", "red", "blue", "green");

  private BenchCatalog() {}

  static AcceptedItem item(int item) {
    Random random = new Random(item * 43L + 9);
    StringBuilder title = new StringBuilder("item");
    for (int i = 0; i < TITLE_WORDS; i++) {
      title.append(" word").append(random.nextInt(WORDS));
    }
    AcceptedItem.Builder accepted =
        AcceptedItem.newBuilder()
            .setDomain(ServeBenchConfig.DOMAIN)
            .setItem(BenchData.item(item))
            .setTitle(title.toString())
            .setBrand("brand " + random.nextInt(BRANDS))
            .setAvailable(true)
            .setIncarnation(1)
            .setPublishedMs(1)
            .setAcceptedMs(1)
            .setBeganMs(1);
    for (int i = 0; i < 3; i++) {
      accepted.addCategories("category " + random.nextInt(CATEGORIES));
    }
    return accepted
        .putAttributes("colour", COLOURS.get(random.nextInt(COLOURS.size())))
        .putAttributes("size", Integer.toString(random.nextInt(50)))
        .build();
  }
}
