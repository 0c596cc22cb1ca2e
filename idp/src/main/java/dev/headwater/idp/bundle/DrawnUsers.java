package dev.headwater.idp.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Histories of users that never were: one to ten items of one source each, always the same. */
final class DrawnUsers {
  private static final int USERS = 1_000;
  private static final int ITEMS_MAX = 10;

  private DrawnUsers() {}

  /** Draws them, sources in turn; {@code [users][items][dim]}. */
  static List<float[][]> histories(List<BundleContent.SourceItem> items) {
    Map<String, List<float[]>> bySource = new LinkedHashMap<>();
    for (BundleContent.SourceItem item : items) {
      bySource.computeIfAbsent(item.domain(), domain -> new ArrayList<>()).add(item.embedding());
    }
    List<List<float[]>> sources = List.copyOf(bySource.values());
    SplittableRandom random = new SplittableRandom(0);
    List<float[][]> histories = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      List<float[]> source = sources.get(i % sources.size());
      float[][] history = new float[1 + random.nextInt(ITEMS_MAX)][];
      Arrays.setAll(history, k -> source.get(random.nextInt(source.size())));
      histories.add(history);
    }
    return histories;
  }
}
