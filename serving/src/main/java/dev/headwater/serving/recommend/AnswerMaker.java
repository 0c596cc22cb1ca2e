package dev.headwater.serving.recommend;

import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.View;
import dev.headwater.store.watch.AnnouncedState;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Makes one answer from one view. */
final class AnswerMaker {
  private static final String POPULARITY = "popularity";

  private final Domain domain;
  private final View view;
  private final Query query;
  private final Name name;
  private final RecommendMetrics metrics;

  /**
   * What names an answer.
   *
   * @param id of the answer
   * @param arm which arm of a comparison made it; null when there is none
   * @param seed of its draws
   */
  record Name(String id, @Nullable String arm, long seed) {}

  AnswerMaker(Domain domain, View view, Query query, Name name, RecommendMetrics metrics) {
    this.domain = domain;
    this.view = view;
    this.query = query;
    this.name = name;
    this.metrics = metrics;
  }

  View view() {
    return view;
  }

  /** Makes the answer for a user vector. */
  Answer ranked(
      float[] vector, int[] history, Answer.@Nullable BasedOn basedOn, @Nullable Integer unknown) {
    List<Answer.Item> items = ranker(history).byVector(vector, Measure.DOT, random());
    return answer(explained(items, history), basedOn, null, unknown);
  }

  /** Makes the answer for an item's vector at unit length. */
  Answer similar(int code, float[] vector) {
    List<Answer.Item> items = ranker(new int[] {code}).byVector(vector, Measure.COSINE, random());
    return answer(items, null, null, null);
  }

  /** Makes the answer for a user of whom nothing is known that the model can use. */
  Answer popular(int[] history, Answer.@Nullable BasedOn basedOn, @Nullable Integer unknown) {
    metrics.onFallback(POPULARITY);
    return answer(ranker(history).byPopularity(), basedOn, POPULARITY, unknown);
  }

  /** Every page has draws of its own, and the same ones when it is asked for again. */
  private SplittableRandom random() {
    int page = query.page() == null ? 0 : query.page().shown().length;
    return new SplittableRandom(name.seed() + 0x9E3779B97F4A7C15L * page);
  }

  private Ranker ranker(int[] history) {
    return new Ranker(domain, view.table(), query, filter(history));
  }

  private RowFilter filter(int[] seen) {
    int[] out = new int[seen.length + query.exclude().size()];
    int size = 0;
    if (!query.includeSeen()) {
      System.arraycopy(seen, 0, out, 0, seen.length);
      size = seen.length;
    }
    for (String item : query.exclude()) {
      int code = domain.ids().find(item);
      if (code != ItemIds.UNKNOWN) {
        out[size++] = code;
      }
    }
    CodeSet excluded = CodeSet.of(out, size);
    ItemFilter wanted = query.filter();
    Cursor page = query.page();
    return code ->
        !excluded.contains(code)
            && domain.mayShow(view.table(), code)
            && (wanted.isAll() || wanted.allows(domain.catalog(code)))
            && (page == null || !page.hasShown(domain.ids().id(code)));
  }

  private List<Answer.Item> explained(List<Answer.Item> items, int[] history) {
    return query.explain()
        ? items.stream().map(new Explainer(domain, view.table(), history)).toList()
        : items;
  }

  private Answer answer(
      List<Answer.Item> items,
      Answer.@Nullable BasedOn basedOn,
      @Nullable String fallback,
      @Nullable Integer unknown) {
    metrics.onAnswer(domain, items);
    Long seed = query.mix().explore() > 0 ? Long.valueOf(name.seed()) : null;
    return new Answer(
        name.id(),
        items,
        basedOn,
        versions(),
        name.arm(),
        fallback,
        unknown,
        seed,
        nextPage(items));
  }

  private @Nullable String nextPage(List<Answer.Item> items) {
    if (query.page() == null || items.size() < query.count()) {
      return null;
    }
    Cursor next = new Cursor(name.seed(), query.page().shown()).after(items);
    return next.isFull() ? null : next.text();
  }

  private Answer.Versions versions() {
    AnnouncedState announced = domain.announced();
    boolean isAnnounced = announced != null && announced.modelVersion().equals(view.model());
    long table = announced == null || !isAnnounced ? 0 : announced.announcedVersion();
    return new Answer.Versions(view.model(), table, view.table().index().name(), view.id());
  }
}
