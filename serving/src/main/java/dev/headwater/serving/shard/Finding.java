package dev.headwater.serving.shard;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.Takes;
import dev.headwater.idp.online.RecentPopularity.Popular;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.recommend.Ask;
import dev.headwater.serving.recommend.Asked;
import dev.headwater.serving.recommend.Cursor;
import dev.headwater.serving.recommend.ItemFilter;
import dev.headwater.serving.recommend.Mix;
import dev.headwater.serving.recommend.Pool;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Scored;
import dev.headwater.serving.recommend.TablePool;
import dev.headwater.serving.shard.wire.Attribute;
import dev.headwater.serving.shard.wire.Fact;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Lender;
import dev.headwater.serving.shard.wire.TakenItem;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what one shard has for one answer: what the pool of its own table says. For one thread. */
final class Finding {
  /** An exact question gathers all items; a shard that holds more than this refuses. */
  static final int ALL_MAX = 200_000;

  private final Domain domain;
  private final ModelTable table;
  private final @Nullable Experts experts;
  private final FindRequest request;
  private final Ask ask;
  private final Pool pool;
  private final Takes takes = new Takes();
  private final Found.Builder found = Found.newBuilder();
  private final Map<Integer, Integer> places = new LinkedHashMap<>();

  Finding(Domain domain, ModelTable table, FindRequest request) {
    this.domain = domain;
    this.table = table;
    this.request = request;
    experts = table.experts();
    ask = ask();
    pool = new TablePool(domain, table, 1, ask);
  }

  private Ask ask() {
    Ask.Kind kind =
        switch (request.getKind()) {
          case ROWS -> Ask.Kind.ROWS;
          case POPULARITY -> Ask.Kind.POPULARITY;
          default -> Ask.Kind.EXPERTS;
        };
    return new Ask(
        kind,
        request.getVector().isEmpty() ? null : Floats.values(request.getVector()),
        request.getCosine() ? Measure.COSINE : Measure.DOT,
        Asked.NONE,
        request.getHiddenList().stream()
            .mapToInt(domain.ids()::find)
            .filter(code -> code != ItemIds.UNKNOWN)
            .toArray(),
        query(),
        request.getWant());
  }

  private Query query() {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Attribute each : request.getAttributesList()) {
      attributes.put(each.getName(), each.getValue());
    }
    return new Query(
        Math.max(1, request.getWant()),
        true,
        List.of(),
        ItemFilter.of(request.getCategoriesList(), request.getBrandsList(), attributes),
        request.getExact(),
        false,
        Mix.NONE,
        request.getCursor().isEmpty() ? null : Cursor.parse(request.getCursor()));
  }

  Found found() {
    Pool.Origin origin = pool.origin();
    found.setVersion(origin.table()).setIndex(origin.index());
    switch (ask.kind()) {
      case EXPERTS -> byExperts();
      case ROWS -> byRows();
      case POPULARITY -> byPopularity();
    }
    for (String item : request.getNamedList()) {
      int code = domain.ids().find(item);
      if (code != ItemIds.UNKNOWN) {
        var unused = place(code, null);
      }
    }
    for (Scored each :
        request.getFresh() > 0 ? pool.fresh(request.getFresh()) : List.<Scored>of()) {
      found.addFresh(place(each.code(), null)).addFreshMs(beganMs(each.code()));
    }
    return found.build();
  }

  private void byExperts() {
    if (ask.vector() != null) {
      for (int code : pool.learned(request.getWant(), request.getLeast())) {
        found.addLearned(place(code, null));
      }
    }
    Pool.Experience experience = pool.experience();
    if (experience != null) {
      found.setTick(experience.evidence().tick()).setRows(pool.rows());
      for (int code : experience.popular()) {
        found.addPopular(place(code, null));
      }
    }
    for (int code : pool.newest(request.getNewest())) {
      found.addNewest(place(code, null)).addNewestMs(beganMs(code));
    }
    if (request.getAll()) {
      all();
    }
  }

  private long beganMs(int code) {
    LiveRow live = table.live(code);
    return live == null ? 0 : DeletionTime.beganMs(live.row());
  }

  private void all() {
    if (table.vectors().size() > ALL_MAX) {
      throw new TooManyException("a shard of " + table.vectors().size() + " items");
    }
    for (int row = 0; row < pool.rows(); row++) {
      int code = pool.item(row);
      if (code >= 0 && pool.isLive(code)) {
        var unused = place(code, null);
      }
    }
  }

  private void byRows() {
    for (Scored each : pool.best(request.getWant())) {
      found.addLearned(place(each.code(), each.score()));
    }
  }

  private void byPopularity() {
    List<Popular<Integer>> taken = domain.popularity().ranking(Comparator.naturalOrder());
    for (Popular<Integer> each : taken.subList(0, Math.min(request.getTaken(), taken.size()))) {
      found.addTaken(
          TakenItem.newBuilder().setItem(domain.ids().id(each.item())).setCount(each.count()));
    }
    for (int row = pool.rows() - 1; row >= 0 && found.getAnyCount() < request.getWant(); row--) {
      int code = pool.item(row);
      if (code >= 0 && pool.isLive(code) && pool.allows(code)) {
        found.addAny(place(code, null)).addAnyMs(beganMs(code));
      }
    }
  }

  /** Returns where the facts of an item stand; asked for the first time they are written. */
  private int place(int code, @Nullable Float score) {
    Integer known = places.get(code);
    if (known != null) {
      return known;
    }
    int place = found.getFactsCount();
    found.addFacts(fact(code, score));
    places.put(code, place);
    return place;
  }

  private Fact fact(int code, @Nullable Float score) {
    boolean live = pool.isLive(code);
    Fact.Builder fact =
        Fact.newBuilder()
            .setItem(domain.ids().id(code))
            .setLive(live)
            .setAllowed(live && pool.allows(code))
            .setFresh(pool.isNew(code))
            .setExists(experts == null ? live : experts.book().exists(code))
            .setRevision(experts == null ? 0 : experts.book().links().revision(code))
            .setPublishedMs(pool.publishedMs(code));
    float own = score != null ? score : score(code);
    if (!Float.isNaN(own)) {
      fact.setScore(own);
    }
    EmbeddingRow.Origin origin = pool.origin(code);
    if (origin != null) {
      fact.setOrigin(origin.getNumber());
    }
    counts(code, fact);
    detail(code, fact);
    return fact.build();
  }

  private float score(int code) {
    float[] vector = ask.vector();
    if (vector == null) {
      return Float.NaN;
    }
    if (ask.measure() == Measure.DOT) {
      return pool.logit(code);
    }
    float[] row = new float[pool.dim()];
    return pool.read(code, row) ? ask.measure().score(vector, row) : Float.NaN;
  }

  private void counts(int code, Fact.Builder fact) {
    if (experts == null) {
      return;
    }
    CountConfig config = experts.book().config();
    experts.book().takes(code, takes);
    if (!takes.isTaken()) {
      return;
    }
    long last = takes.lastTick(); // as of then nothing has faded: what was written
    fact.addCounts(takes.taken(last, config));
    for (int window = 0; window < CountConfig.WINDOWS; window++) {
      fact.addCounts(takes.recent(window, last, config));
    }
    fact.setFirstTick(takes.firstTick()).setLastTick(last);
  }

  private void detail(int code, Fact.Builder fact) {
    if (request.getWithCategories()) {
      fact.setCategory(pool.category(code));
    }
    if (request.getWithVectors()) {
      float[] vector = new float[pool.dim()];
      if (pool.read(code, vector)) {
        fact.setVector(Floats.bytes(vector));
      }
    }
    if (request.getWithMatches()) {
      for (Match match : pool.matches(code)) {
        fact.addLenders(
            Lender.newBuilder()
                .setDomain(match.getDomain())
                .setItem(match.getItem())
                .setWeight(match.getWeight()));
      }
    }
  }
}
