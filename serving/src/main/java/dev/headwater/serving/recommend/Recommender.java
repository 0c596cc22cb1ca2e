package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.Vectors;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.serving.items.ItemRows;
import dev.headwater.serving.state.Arm;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.UserState;
import dev.headwater.serving.users.UserVector;
import dev.headwater.tracing.Tracing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Answers the three questions: for a user, for a history, like an item. Thread-safe. */
public final class Recommender {
  /** A JSON number that every caller can give back: JavaScript's hold 53 bits. */
  private static final int SEED_BITS = 53;

  private static final int[] NONE = {};

  private final RecommendationIds ids;
  private final Pools pools;
  private final RecommendMetrics metrics;
  private final RandomGenerator random;
  private final AnswerTracing tracing;

  /**
   * Creates one.
   *
   * @param ids names answers
   * @param metrics counts fallbacks
   * @param random draws seeds; used under a lock
   */
  public Recommender(RecommendationIds ids, RecommendMetrics metrics, RandomGenerator random) {
    this(Pools.OWN, ids, metrics, random, Tracing.OFF);
  }

  /**
   * Creates one that makes spans.
   *
   * @param pools what answers are made from
   * @param ids names answers
   * @param metrics counts fallbacks
   * @param random draws seeds; used under a lock
   * @param tracing for requests whose span is current
   */
  public Recommender(
      Pools pools,
      RecommendationIds ids,
      RecommendMetrics metrics,
      RandomGenerator random,
      Tracing tracing) {
    this.pools = pools;
    this.tracing = new AnswerTracing(tracing);
    this.ids = ids;
    this.metrics = metrics;
    this.random = random;
  }

  /**
   * Recommends to a user by the history that the topics gave; an unknown user gets what is popular.
   *
   * @param executor goes on with the answer when the user's vector had to be made
   * @throws NotReadyException while the domain has no view
   */
  public CompletableFuture<Recommendations> forUser(
      Domain domain, String user, Query query, Executor executor) {
    Arm arm = domain.arm(user);
    UserState state = domain.users().get(user);
    int[] disliked = state == null ? NONE : domain.ids().resolved(state.disliked());
    Asked asked = state == null ? Asked.NONE : Asked.of(domain.ids().resolved(state.codes()));
    Asking asking = new Asking(query, disliked, asked, Ask.Kind.EXPERTS);
    AnswerMaker maker = maker(domain, domain.view(arm), domain.armName(arm), asking);
    if (state == null) {
      return pools.holds(domain, user) ? maker.popular(Past.NONE) : maker.popularInPlace();
    }
    tracing.link(state);
    Recommendations.BasedOn basedOn =
        new Recommendations.BasedOn(state.eventId(), state.eventTimeMs());
    long idleMs = domain.sinceMs(state.eventTimeMs());
    return maker
        .rows()
        .thenCompose(
            rows ->
                then(
                    maker.view().users().vector(state, rows),
                    executor,
                    maker,
                    new Past(
                        asked.known(rows),
                        idleMs,
                        basedOn,
                        unknown(rows, asked, state.codes().length))));
  }

  /**
   * Recommends for a history given in the request, oldest first.
   *
   * @param executor goes on with the answer when the vector is made
   * @throws NotReadyException while the domain has no view
   */
  public CompletableFuture<Recommendations> forHistory(
      Domain domain, List<String> history, Query query, Executor executor) {
    Asked asked = Asked.of(domain.ids(), history, pools.takesStrangers());
    Asking asking = new Asking(query, NONE, asked, Ask.Kind.EXPERTS);
    AnswerMaker maker = maker(domain, domain.view(), null, asking);
    return maker
        .rows()
        .thenCompose(
            rows ->
                then(
                    maker.view().users().vector(asked.codes(), rows),
                    executor,
                    maker,
                    new Past(
                        asked.known(rows),
                        RankerWeights.UNKNOWN,
                        null,
                        unknown(rows, asked, history.size()))));
  }

  private CompletableFuture<Recommendations> then(
      CompletableFuture<UserVector> vector, Executor executor, AnswerMaker maker, Past past) {
    Function<UserVector, CompletableFuture<Recommendations>> ranking =
        tracing.ranking(made -> maker.forVector(made, past));
    CompletableFuture<UserVector> waiting = tracing.waiting(vector);
    return waiting.isDone()
        ? waiting.thenCompose(ranking)
        : waiting.thenComposeAsync(ranking, executor);
  }

  /** Counts the items of a history that have no row. */
  private static int unknown(ItemRows rows, Asked history, int all) {
    int known = 0;
    for (int code : history.codes()) {
      known += rows.contains(code) ? 1 : 0;
    }
    return all - known;
  }

  /**
   * Returns the items whose vectors point the same way as the item's. An accepted item without a
   * row is compared by what its text makes of it; empty when there is neither.
   *
   * @param executor goes on with the answer when a row had to be made
   * @throws NotReadyException while the domain has no view
   */
  public CompletableFuture<Optional<Recommendations>> similar(
      Domain domain, String item, Query query, Executor executor) {
    Asked asked = Asked.of(domain.ids(), List.of(item), pools.takesStrangers());
    Asking asking = new Asking(query, NONE, asked, Ask.Kind.ROWS);
    AnswerMaker maker = maker(domain, domain.view(), null, asking);
    if (asked.codes().length == 0) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return maker.rows().thenCompose(rows -> similar(maker, asked, rows, executor));
  }

  private static CompletableFuture<Optional<Recommendations>> similar(
      AnswerMaker maker, Asked item, ItemRows rows, Executor executor) {
    int code = item.codes()[0];
    float[] vector = new float[rows.dim()];
    if (!rows.isHeard(code)) {
      throw new NotReadyException("nobody who holds the item answers now");
    }
    if (rows.readItem(code, vector)) {
      return maker.similar(item, unit(vector), false).thenApply(Optional::of);
    }
    return maker
        .view()
        .users()
        .standIn(code)
        .thenComposeAsync(
            row ->
                row == null
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : maker.similar(item, unit(row), true).thenApply(Optional::of),
            executor);
  }

  private static float[] unit(float[] vector) {
    float norm = Vectors.norm(vector);
    for (int d = 0; d < vector.length && norm > 0; d++) {
      vector[d] /= norm;
    }
    return vector;
  }

  /**
   * What is asked.
   *
   * @param disliked codes that are not answered
   * @param history that the answer is made from
   * @param kind who chooses, as far as it is known yet
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one answer, never compared
  private record Asking(Query query, int[] disliked, Asked history, Ask.Kind kind) {}

  private AnswerMaker maker(
      Domain domain, @Nullable View view, @Nullable String arm, Asking asking) {
    if (view == null) {
      String why =
          domain.announced() == null
              ? "no model is announced for domain " + domain.name()
              : "the announced model of domain " + domain.name() + " is not loaded yet";
      throw new NotReadyException(why);
    }
    Query query = asking.query();
    return new AnswerMaker(
        domain,
        view,
        query,
        asking.disliked(),
        new AnswerMaker.Name(ids.next(), arm, seed(query)),
        new AnswerMaker.Surroundings(
            pools.begin(domain, view, asking.history(), asking.kind()), metrics));
  }

  /** Returns the seed of an answer's draws: the page's, the caller's, or another one. */
  private long seed(Query query) {
    Long asked = query.mix().seed();
    if (query.page() != null && !query.page().isFirst()) {
      return query.page().seed();
    }
    if (asked != null) {
      return asked;
    }
    if (query.mix().explore() <= 0 && query.page() == null) {
      return 0;
    }
    synchronized (random) {
      return random.nextLong() >>> (Long.SIZE - SEED_BITS);
    }
  }
}
