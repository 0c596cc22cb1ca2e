package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.idp.rank.EvidenceBook;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.EntryPattern;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.UserVector;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Makes one answer from one view. */
final class AnswerMaker {

  private final Domain domain;
  private final View view;
  private final Query query;
  private final int[] disliked;
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

  /**
   * What an answer says of the history that it was made from.
   *
   * @param basedOn its newest event
   * @param unknown items without a row of their own
   * @param standIns those of them that something stood in for
   */
  private record History(Recommendations.@Nullable BasedOn basedOn, int unknown, int standIns) {
    static final History NONE = new History(null, 0, 0);
  }

  /**
   * Makes one for an answer.
   *
   * @param disliked codes that are not answered, whatever the query says of seen items
   */
  AnswerMaker(
      Domain domain, View view, Query query, int[] disliked, Name name, RecommendMetrics metrics) {
    this.domain = domain;
    this.view = view;
    this.query = query;
    this.disliked = disliked;
    this.name = name;
    this.metrics = metrics;
  }

  View view() {
    return view;
  }

  /** Makes the answer for a user vector. */
  Recommendations forVector(UserVector vector, Past past) {
    int[] history = past.codes();
    Experts experts = view.table().experts();
    boolean ranked = experts != null && (!vector.isNone() || knows(experts, history));
    if (vector.isNone() && !ranked) {
      return popular(past);
    }
    List<Recommendations.Item> items =
        experts == null ? byRows(vector, history) : byExperts(experts, vector, past);
    boolean texts = !vector.isNone() && vector.isFromTextAlone();
    String fallback = texts ? counted(RecommendMetrics.Fallback.TEXT) : null;
    History from = new History(past.basedOn(), past.unknown(), vector.standIns());
    return answer(items, from, fallback);
  }

  /** Tells whether anything speaks for a history beside learned rows. */
  private static boolean knows(Experts experts, int[] history) {
    EvidenceBook book = experts.book();
    return Arrays.stream(history)
        .anyMatch(code -> book.counts(code) != null || book.texts(code).size() > 0);
  }

  private List<Recommendations.Item> byRows(UserVector vector, int[] history) {
    RowFilter filter = filter(history);
    float[] values = vector.values();
    Source source = new RowSource(view.table(), query, filter, values, Measure.DOT);
    return explained(selection(filter).from(source, values, Measure.DOT, random()), history, null);
  }

  private List<Recommendations.Item> byExperts(Experts experts, UserVector vector, Past past) {
    int[] history = past.codes();
    RowFilter filter = filter(history);
    float[] values = vector.isNone() ? null : vector.values();
    float[] drawn = values == null ? new float[view.table().vectors().dim()] : values;
    try (ExpertSource source =
        new ExpertSource(view, experts, query, filter, history, past.idleMs(), values)) {
      List<Recommendations.Item> items =
          selection(filter).from(source, drawn, Measure.DOT, random());
      metrics.onRanked(domain, items, source);
      return explained(items, history, source);
    }
  }

  /**
   * Makes the answer for an item's vector at unit length.
   *
   * @param fromText whether the vector was made from the item's text for want of a row
   */
  Recommendations similar(int code, float[] vector, boolean fromText) {
    RowFilter filter = filter(new int[] {code});
    Source source = new RowSource(view.table(), query, filter, vector, Measure.COSINE);
    List<Recommendations.Item> items =
        selection(filter).from(source, vector, Measure.COSINE, random());
    return answer(items, History.NONE, fromText ? counted(RecommendMetrics.Fallback.TEXT) : null);
  }

  /** Makes the answer for a user of whom nothing is known that the model can use. */
  Recommendations popular(Past past) {
    History from = new History(past.basedOn(), past.unknown(), 0);
    return answer(
        selection(filter(past.codes())).byPopularity(),
        from,
        counted(RecommendMetrics.Fallback.POPULARITY));
  }

  private String counted(RecommendMetrics.Fallback fallback) {
    metrics.onFallback(fallback);
    return fallback.word();
  }

  /** Every page has draws of its own, and the same ones when it is asked for again. */
  private SplittableRandom random() {
    int page = query.page() == null ? 0 : query.page().shown().length;
    return new SplittableRandom(name.seed() + 0x9E3779B97F4A7C15L * page);
  }

  private Selection selection(RowFilter filter) {
    return new Selection(domain, view.table(), query, filter);
  }

  private RowFilter filter(int[] seen) {
    int[] out = Arrays.copyOf(disliked, disliked.length + seen.length + query.exclude().size());
    int size = disliked.length;
    if (!query.includeSeen()) {
      System.arraycopy(seen, 0, out, size, seen.length);
      size += seen.length;
    }
    for (String item : query.exclude()) {
      int code = domain.ids().find(item);
      if (code != ItemIds.UNKNOWN) {
        out[size++] = code;
      }
    }
    CodeSet excluded = CodeSet.of(out, size);
    EntryPattern wanted = query.filter().isAll() ? null : query.filter().pattern();
    Cursor page = query.page();
    return code ->
        !excluded.contains(code)
            && domain.mayShow(view.table(), code)
            && (wanted == null || domain.matches(code, wanted))
            && (page == null || !page.hasShown(domain.ids().id(code)));
  }

  private List<Recommendations.Item> explained(
      List<Recommendations.Item> items, int[] history, @Nullable ExpertSource source) {
    return query.explain()
        ? items.stream().map(new Explainer(domain, view.table(), history, source)).toList()
        : items;
  }

  private Recommendations answer(
      List<Recommendations.Item> items, History from, @Nullable String fallback) {
    metrics.onAnswer(domain, items);
    Long seed = query.mix().explore() > 0 ? Long.valueOf(name.seed()) : null;
    if (items.size() < query.count() && query.filter().isAll() && query.page() == null) {
      metrics.onShort();
    }
    return new Recommendations(
        name.id(),
        items,
        from.basedOn(),
        versions(),
        name.arm(),
        fallback,
        positive(from.unknown() - from.standIns()),
        positive(from.standIns()),
        seed,
        nextPage(items));
  }

  private static @Nullable Integer positive(int count) {
    return count > 0 ? count : null;
  }

  private @Nullable String nextPage(List<Recommendations.Item> items) {
    if (query.page() == null || items.size() < query.count()) {
      return null;
    }
    Cursor next = new Cursor(name.seed(), query.page().shown()).after(items);
    return next.isFull() ? null : next.text();
  }

  private Recommendations.Versions versions() {
    ModelTable table = view.table();
    Experts experts = table.experts();
    return new Recommendations.Versions(
        view.model(),
        table.version(),
        table.index().name(),
        view.id(),
        experts == null ? null : experts.ranker().weights().steps());
  }
}
