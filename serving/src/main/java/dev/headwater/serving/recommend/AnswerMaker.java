package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.serving.items.ItemRows;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.UserVector;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes one answer from one view. */
final class AnswerMaker {
  private static final int[] NONE = {};

  private final Domain domain;
  private final View view;
  private final Query query;
  private final int[] disliked;
  private final Name name;
  private final Surroundings around;

  /**
   * What names an answer.
   *
   * @param id of the answer
   * @param arm which arm of a comparison made it; null when there is none
   * @param seed of its draws
   */
  record Name(String id, @Nullable String arm, long seed) {}

  /**
   * What an answer is made with.
   *
   * @param gatherer gathers what it is chosen from
   * @param metrics counts it
   */
  record Surroundings(Gatherer gatherer, RecommendMetrics metrics) {}

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
      Domain domain, View view, Query query, int[] disliked, Name name, Surroundings around) {
    this.domain = domain;
    this.view = view;
    this.query = query;
    this.disliked = disliked;
    this.name = name;
    this.around = around;
  }

  View view() {
    return view;
  }

  /** Returns the vectors that the history is encoded from. */
  CompletableFuture<ItemRows> rows() {
    return around.gatherer().rows();
  }

  /** Makes the answer for a user vector. */
  CompletableFuture<Recommendations> forVector(UserVector vector, Past past) {
    Experts experts = view.table().experts();
    if (experts == null) {
      return vector.isNone() ? popular(past) : byRows(vector, past);
    }
    Ask ask =
        ask(
            Ask.Kind.EXPERTS,
            vector.isNone() ? null : vector.values(),
            Measure.DOT,
            past.history());
    return gathered(ask).thenCompose(pool -> byExperts(ask, pool, vector, past));
  }

  private CompletableFuture<Pool> gathered(Ask ask) {
    return around.gatherer().gather(ask);
  }

  private CompletableFuture<Recommendations> byRows(UserVector vector, Past past) {
    Ask ask = ask(Ask.Kind.ROWS, vector.values(), Measure.DOT, past.history());
    return gathered(ask).thenCompose(pool -> byRows(ask, pool, history(past, vector), vector));
  }

  private CompletableFuture<Recommendations> byRows(
      Ask ask, Pool pool, History from, UserVector vector) {
    Selection.Choice choice = new Selection(pool, query).from(pool::best, random());
    if (choice.more() > 0) {
      Ask more = ask.forMore(choice.more());
      return gathered(more).thenCompose(larger -> byRows(more, larger, from, vector));
    }
    return done(answer(pool, explained(choice, pool, null), from, fallback(vector)));
  }

  private CompletableFuture<Recommendations> byExperts(
      Ask ask, Pool pool, UserVector vector, Past past) {
    Pool.Experience experience = pool.experience();
    boolean knows = !vector.isNone() || (experience != null && experience.knows(pool.history()));
    if (experience == null || !knows) {
      return popular(past);
    }
    try (ExpertSource source =
        new ExpertSource(pool, experience, query, past.idleMs(), !vector.isNone())) {
      Selection.Choice choice = new Selection(pool, query).from(source, random());
      if (choice.more() > 0) {
        Ask more = ask.forMore(choice.more());
        return gathered(more).thenCompose(larger -> byExperts(more, larger, vector, past));
      }
      around.metrics().onRanked(choice.scored(), source);
      Selection.Choice explained = explained(choice, pool, source);
      return done(answer(pool, explained, history(past, vector), fallback(vector)));
    }
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static History history(Past past, UserVector vector) {
    return new History(past.basedOn(), past.unknown(), vector.standIns());
  }

  private @Nullable String fallback(UserVector vector) {
    boolean texts = !vector.isNone() && vector.isFromTextAlone();
    return texts ? counted(RecommendMetrics.Fallback.TEXT) : null;
  }

  /**
   * Makes the answer for an item's vector at unit length.
   *
   * @param fromText whether the vector was made from the item's text for want of a row
   */
  CompletableFuture<Recommendations> similar(Asked item, float[] vector, boolean fromText) {
    return similar(ask(Ask.Kind.ROWS, vector, Measure.COSINE, item), fromText);
  }

  private CompletableFuture<Recommendations> similar(Ask ask, boolean fromText) {
    return gathered(ask)
        .thenCompose(
            pool -> {
              Selection.Choice choice = new Selection(pool, query).from(pool::best, random());
              if (choice.more() > 0) {
                return similar(ask.forMore(choice.more()), fromText);
              }
              String fallback = fromText ? counted(RecommendMetrics.Fallback.TEXT) : null;
              return done(answer(pool, choice, History.NONE, fallback));
            });
  }

  /** Makes the answer for a user of whom nothing is known that the model can use. */
  CompletableFuture<Recommendations> popular(Past past) {
    History from = new History(past.basedOn(), past.unknown(), 0);
    return gathered(ask(Ask.Kind.POPULARITY, null, Measure.DOT, past.history()))
        .thenApply(
            pool ->
                answer(
                    pool,
                    new Selection(pool, query).byPopularity(),
                    from,
                    counted(RecommendMetrics.Fallback.POPULARITY)));
  }

  /** The same for a user whose history is held elsewhere, where nobody answers. */
  CompletableFuture<Recommendations> popularInPlace() {
    return popular(Past.NONE).thenApply(AnswerMaker::withoutHome);
  }

  private static Recommendations withoutHome(Recommendations answer) {
    Integer missing = answer.missingShards();
    return new Recommendations(
        answer.recommendationId(),
        answer.items(),
        answer.basedOn(),
        answer.versions(),
        answer.arm(),
        answer.fallback(),
        answer.unknownItems(),
        answer.textItems(),
        answer.seed(),
        answer.cursor(),
        missing == null ? 1 : missing);
  }

  private String counted(RecommendMetrics.Fallback fallback) {
    around.metrics().onFallback(fallback);
    return fallback.word();
  }

  /** Every page has draws of its own, and the same ones when it is asked for again. */
  private SplittableRandom random() {
    int page = query.page() == null ? 0 : query.page().shown().length;
    return new SplittableRandom(name.seed() + 0x9E3779B97F4A7C15L * page);
  }

  private Ask ask(Ask.Kind kind, float @Nullable [] vector, Measure measure, Asked history) {
    int[] seen = query.includeSeen() ? NONE : history.codes();
    int[] hidden = Arrays.copyOf(disliked, disliked.length + seen.length);
    System.arraycopy(seen, 0, hidden, disliked.length, seen.length);
    return new Ask(kind, vector, measure, history, hidden, query, Selection.want(query));
  }

  private Selection.Choice explained(
      Selection.Choice choice, Pool pool, @Nullable ExpertSource source) {
    if (!query.explain()) {
      return choice;
    }
    Explainer explainer = new Explainer(domain.name(), pool, source);
    return choice.saying(choice.items().stream().map(explainer).toList());
  }

  private Recommendations answer(
      Pool pool, Selection.Choice choice, History from, @Nullable String fallback) {
    around.metrics().onAnswer(pool, choice.scored());
    List<Recommendations.Item> items = choice.items();
    Long seed = query.mix().explore() > 0 ? Long.valueOf(name.seed()) : null;
    if (items.size() < query.count() && query.filter().isAll() && query.page() == null) {
      around.metrics().onShort();
    }
    return new Recommendations(
        name.id(),
        items,
        from.basedOn(),
        versions(pool),
        name.arm(),
        fallback,
        positive(from.unknown() - from.standIns()),
        positive(from.standIns()),
        seed,
        nextPage(items),
        positive(pool.origin().missingShards()));
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

  private Recommendations.Versions versions(Pool pool) {
    Experts experts = view.table().experts();
    return new Recommendations.Versions(
        view.model(),
        pool.origin().table(),
        pool.origin().index(),
        view.id(),
        experts == null ? null : experts.ranker().weights().steps());
  }
}
