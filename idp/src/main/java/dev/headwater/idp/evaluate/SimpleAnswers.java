package dev.headwater.idp.evaluate;

import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.ItemKnn;
import dev.headwater.idp.heldout.TextScorer;
import dev.headwater.idp.online.RecentPopularity;
import dev.headwater.idp.online.RecentPopularity.Popular;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What one expert alone would answer: counts, counts with popularity, texts, popularity. */
final class SimpleAnswers implements AutoCloseable {
  /** What a share of the late events weighs beside links; chosen as all settings are. */
  private static final float RECENT_WEIGHT = 30;

  private final ItemBook book;
  private final RecentPopularity<Integer> recent;
  private final float[] soFar;
  private final TextScorer texts;
  private final int items;
  private final int window;

  SimpleAnswers(ItemBook book, float[][] textVectors, int window) {
    this.book = book;
    this.window = window;
    items = textVectors.length;
    recent = new RecentPopularity<>(window);
    soFar = new float[items];
    texts = new TextScorer(textVectors, Evaluator.KNN_LAST_ITEMS);
  }

  void rank(int[] history, int target, Contenders contenders) {
    float[] counted = ItemKnn.of(book).scores(history, items);
    contenders.add(StreamResult.ITEM_KNN, DenseRank.of(counted, history, target), target);
    for (Popular<Integer> popular : recent.ranking(Comparator.naturalOrder())) {
      counted[popular.item()] += RECENT_WEIGHT * popular.count() / window;
    }
    contenders.add(StreamResult.ITEM_KNN_RECENT, DenseRank.of(counted, history, target), target);
    List<Integer> listed = Arrays.stream(history).boxed().toList();
    contenders.add(StreamResult.POPULARITY, recent.rank(target, items, listed), target);
    rankTexts(history, target, contenders);
  }

  /** Among the first events popularity knows all of them. */
  void rankFirst(int[] history, int target, Contenders contenders) {
    contenders.add(StreamResult.POPULARITY, DenseRank.of(soFar, history, target), target);
    rankTexts(history, target, contenders);
  }

  private void rankTexts(int[] history, int target, Contenders contenders) {
    float[] near = texts.scores(List.of(history))[0];
    contenders.add(StreamResult.TEXT_KNN, DenseRank.of(near, history, target), target);
  }

  void add(int item) {
    recent.add(item);
    soFar[item]++;
  }

  @Override
  public void close() {
    texts.close();
  }
}
