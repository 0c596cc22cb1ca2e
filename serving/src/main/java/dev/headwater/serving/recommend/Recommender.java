package dev.headwater.serving.recommend;

import dev.headwater.events.Vectors;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.UserState;
import dev.headwater.store.watch.AnnouncedState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers the three questions: for a user, for a history, like an item. Thread-safe. */
public final class Recommender {
  private static final String POPULARITY = "popularity";

  private final RecommendationIds ids;
  private final RecommendMetrics metrics;

  /** Creates one. */
  public Recommender(RecommendationIds ids, RecommendMetrics metrics) {
    this.ids = ids;
    this.metrics = metrics;
  }

  /**
   * Recommends to a user by the history that the topics gave; an unknown user gets what is popular.
   *
   * @throws NotReadyException while the domain has no view
   */
  public Answer forUser(Domain domain, String user, Query query) {
    View view = view(domain);
    UserState state = domain.users().get(user);
    if (state == null) {
      return popular(domain, view, new int[0], query, null, null);
    }
    Answer.BasedOn basedOn = new Answer.BasedOn(state.eventId(), state.eventTimeMs());
    float[] vector = userVector(view, state);
    if (vector == null) {
      return popular(domain, view, state.codes(), query, basedOn, state.codes().length);
    }
    RowFilter filter = filter(domain, view, state.codes(), query);
    return answer(
        domain,
        view,
        explained(
            domain,
            view,
            state.codes(),
            query,
            Ranker.byVector(view.table(), vector, Measure.DOT, query, filter)),
        basedOn,
        null);
  }

  /**
   * Recommends for a history given in the request, oldest first.
   *
   * @throws NotReadyException while the domain has no view
   */
  public Answer forHistory(Domain domain, List<String> history, Query query) {
    View view = view(domain);
    int[] codes =
        history.stream().mapToInt(domain.ids()::find).filter(c -> c != ItemIds.UNKNOWN).toArray();
    float[][] rows = rows(view, codes);
    int known = (int) Arrays.stream(codes).filter(view.table().vectors()::contains).count();
    Integer unknown = history.size() == known ? null : history.size() - known;
    if (rows.length == 0) {
      return popular(domain, view, codes, query, null, unknown);
    }
    RowFilter filter = filter(domain, view, codes, query);
    float[] vector = view.users().encode(rows);
    return answer(
        domain,
        view,
        explained(
            domain,
            view,
            codes,
            query,
            Ranker.byVector(view.table(), vector, Measure.DOT, query, filter)),
        null,
        unknown);
  }

  /**
   * Returns the items whose vectors point the same way as the item's; empty when it has no row.
   *
   * @throws NotReadyException while the domain has no view
   */
  public Optional<Answer> similar(Domain domain, String item, Query query) {
    View view = view(domain);
    int code = domain.ids().find(item);
    float[] vector = new float[view.table().vectors().dim()];
    if (code == ItemIds.UNKNOWN || !view.table().vectors().readItem(code, vector)) {
      return Optional.empty();
    }
    RowFilter filter = filter(domain, view, new int[] {code}, query);
    return Optional.of(
        answer(
            domain,
            view,
            Ranker.byVector(view.table(), unit(vector), Measure.COSINE, query, filter),
            null,
            null));
  }

  private static float[] unit(float[] vector) {
    float norm = Vectors.norm(vector);
    for (int d = 0; d < vector.length && norm > 0; d++) {
      vector[d] /= norm;
    }
    return vector;
  }

  private static View view(Domain domain) {
    View view = domain.view();
    if (view == null) {
      String why =
          domain.announced() == null
              ? "no model is announced for domain " + domain.name()
              : "the announced model of domain " + domain.name() + " is not loaded yet";
      throw new NotReadyException(why);
    }
    return view;
  }

  private float @Nullable [] userVector(View view, UserState state) {
    long stamp = 1;
    for (int code : state.codes()) {
      stamp = 31 * stamp + view.table().vectors().moves(code);
    }
    UserState.Encoded kept = state.encoded();
    if (kept != null && kept.isOf(view.id(), stamp)) {
      metrics.onVectorKept();
      return kept.vector();
    }
    float[][] rows = rows(view, state.codes());
    if (rows.length == 0) {
      return null;
    }
    float[] vector = view.users().encode(rows);
    state.encoded(new UserState.Encoded(view.id(), stamp, vector));
    metrics.onVectorMade();
    return vector;
  }

  /** Returns the rows of the last items that have one, oldest first. */
  private static float[][] rows(View view, int[] codes) {
    VectorTable vectors = view.table().vectors();
    int want = Math.min(codes.length, view.users().maxLength());
    float[][] rows = new float[want][];
    int from = want;
    float[] row = new float[vectors.dim()];
    for (int i = codes.length - 1; i >= 0 && from > 0; i--) {
      if (vectors.readItem(codes[i], row)) {
        rows[--from] = row;
        row = new float[vectors.dim()];
      }
    }
    return from == 0 ? rows : Arrays.copyOfRange(rows, from, want);
  }

  private static RowFilter filter(Domain domain, View view, int[] seen, Query query) {
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
    return code ->
        !excluded.contains(code)
            && domain.mayShow(view.table(), code)
            && (wanted.isAll() || wanted.allows(domain.catalog(code)));
  }

  private static List<Answer.Item> explained(
      Domain domain, View view, int[] history, Query query, List<Answer.Item> items) {
    return query.explain()
        ? items.stream().map(new Explainer(domain, view.table(), history)).toList()
        : items;
  }

  private Answer popular(
      Domain domain,
      View view,
      int[] seen,
      Query query,
      Answer.@Nullable BasedOn basedOn,
      @Nullable Integer unknown) {
    metrics.onFallback(POPULARITY);
    RowFilter filter = filter(domain, view, seen, query);
    List<Answer.Item> items = Ranker.byPopularity(domain, view.table(), query.count(), filter);
    return new Answer(ids.next(), items, basedOn, versions(domain, view), POPULARITY, unknown);
  }

  private Answer answer(
      Domain domain,
      View view,
      List<Answer.Item> items,
      Answer.@Nullable BasedOn basedOn,
      @Nullable Integer unknown) {
    return new Answer(ids.next(), items, basedOn, versions(domain, view), null, unknown);
  }

  private static Answer.Versions versions(Domain domain, View view) {
    AnnouncedState announced = domain.announced();
    long table = announced == null ? 0 : announced.announcedVersion();
    return new Answer.Versions(view.model(), table, view.table().index().name(), view.id());
  }
}
