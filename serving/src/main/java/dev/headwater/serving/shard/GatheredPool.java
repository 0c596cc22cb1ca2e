package dev.headwater.serving.shard;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.serving.recommend.Pool;
import dev.headwater.serving.recommend.Scored;
import dev.headwater.serving.recommend.TablePool;
import dev.headwater.serving.shard.wire.Fact;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Lender;
import dev.headwater.serving.state.Experts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pool that all shards together have for one answer. What each found is merged in the order
 * that one table would have found it in: rows by score, new items by the time they became visible,
 * popular ones by what they are measured by. For one thread.
 */
final class GatheredPool implements Pool {
  private static final int[] NOTHING = new int[0];

  private final Numbers numbers;
  private final GatheredEvidence evidence;
  private final Size size;
  private final @Nullable Experts experts;
  private final List<@Nullable Fact> facts = new ArrayList<>();
  private final List<Scored> learned = new ArrayList<>();
  private final List<Timed> fresh = new ArrayList<>();
  private final List<Timed> newest = new ArrayList<>();
  private final List<Timed> any = new ArrayList<>();
  private final List<Integer> popular = new ArrayList<>();
  private final Map<Integer, Integer> taken = new LinkedHashMap<>();
  private int[] history = NOTHING;
  private long version = Long.MAX_VALUE;
  private String index = "";
  private int missing;
  private long rows;
  private boolean whole = true;

  /** An item and when its first row was visible on its shard. */
  private record Timed(int item, long atMs) {}

  /**
   * How large it is.
   *
   * @param dim length of a vector
   * @param scale makes logits of dot products
   * @param want how many rows each shard was asked for
   */
  record Size(int dim, float scale, int want) {}

  GatheredPool(Numbers numbers, GatheredEvidence evidence, Size size, @Nullable Experts experts) {
    this.numbers = numbers;
    this.evidence = evidence;
    this.size = size;
    this.experts = experts;
  }

  /** A shard was not heard. */
  void miss() {
    missing++;
  }

  void history(List<String> items) {
    history = items.stream().mapToInt(numbers::of).toArray();
  }

  /** Takes in what a shard found. */
  void add(Found found) {
    int[] places = new int[found.getFactsCount()];
    for (int i = 0; i < places.length; i++) {
      places[i] = add(found.getFacts(i));
    }
    whole &= found.getLearnedCount() < size.want();
    found.getLearnedList().forEach(at -> learned.add(scored(places[at])));
    for (int i = 0; i < found.getFreshCount(); i++) {
      fresh.add(new Timed(places[found.getFresh(i)], found.getFreshMs(i)));
    }
    found.getPopularList().forEach(at -> popular.add(places[at]));
    for (int i = 0; i < found.getNewestCount(); i++) {
      newest.add(new Timed(places[found.getNewest(i)], found.getNewestMs(i)));
    }
    for (int i = 0; i < found.getAnyCount(); i++) {
      any.add(new Timed(places[found.getAny(i)], found.getAnyMs(i)));
    }
    evidence.ticked(found.getTick());
    rows += found.getRows();
    version = Math.min(version, found.getVersion());
    index = found.getIndex();
  }

  /** So often an item was taken by the users of a shard. */
  void taken(String item, int count) {
    taken.merge(numbers.of(item), count, Integer::sum);
  }

  /** Returns the items that were taken most, as many as this at most. */
  List<String> mostTaken(int most) {
    return ranking().stream().limit(most).map(numbers::name).toList();
  }

  private List<Integer> ranking() {
    List<Integer> ranking = new ArrayList<>(taken.keySet());
    ranking.sort(Comparator.comparing((Integer item) -> -taken(item)).thenComparing(numbers::name));
    return ranking;
  }

  private int taken(int item) {
    return taken.getOrDefault(item, 0);
  }

  private int add(Fact fact) {
    int item = numbers.of(fact.getItem());
    while (facts.size() <= item) {
      facts.add(null);
    }
    facts.set(item, fact);
    if (fact.getExists()) {
      evidence.found(item, fact.getRevision());
    }
    if (fact.getCountsCount() > 0) {
      evidence.counts(item, counts(fact));
    }
    return item;
  }

  private static ItemCounts counts(Fact fact) {
    double[] recent = new double[CountConfig.WINDOWS];
    Arrays.setAll(recent, window -> fact.getCounts(1 + window));
    return new ItemCounts(
        fact.getCounts(0), recent, fact.getFirstTick(), fact.getLastTick(), new Companions());
  }

  private Scored scored(int item) {
    return new Scored(item, score(item));
  }

  /** Without a vector to score by all are alike. */
  private float score(int item) {
    Fact fact = fact(item);
    return fact == null ? 0 : fact.getScore();
  }

  private @Nullable Fact fact(int item) {
    return item >= 0 && item < facts.size() ? facts.get(item) : null;
  }

  /** Puts what the shards found in the order of one table; nothing is added after that. */
  GatheredPool merged() {
    Comparator<Timed> latest =
        Comparator.comparing(Timed::atMs)
            .reversed()
            .thenComparing(each -> numbers.name(each.item()));
    learned.sort(Comparator.comparing(Scored::score).reversed());
    fresh.sort(Comparator.comparing((Timed each) -> -score(each.item())).thenComparing(latest));
    newest.sort(latest);
    any.sort(latest);
    return this;
  }

  @Override
  public Origin origin() {
    return new Origin(version == Long.MAX_VALUE ? 0 : version, index, missing);
  }

  @Override
  public int[] history() {
    return history;
  }

  @Override
  public String id(int item) {
    return numbers.name(item);
  }

  @Override
  public int find(String id) {
    return numbers.find(id);
  }

  @Override
  public boolean isLive(int item) {
    Fact fact = fact(item);
    return fact != null && fact.getLive();
  }

  @Override
  public boolean allows(int item) {
    Fact fact = fact(item);
    return fact != null && fact.getAllowed();
  }

  @Override
  public boolean isNew(int item) {
    Fact fact = fact(item);
    return fact != null && fact.getFresh();
  }

  @Override
  public EmbeddingRow.@Nullable Origin origin(int item) {
    Fact fact = fact(item);
    return fact == null || !fact.getLive() ? null : EmbeddingRow.Origin.forNumber(fact.getOrigin());
  }

  @Override
  public String category(int item) {
    Fact fact = fact(item);
    return fact == null ? "" : fact.getCategory();
  }

  @Override
  public List<Match> matches(int item) {
    Fact fact = fact(item);
    return fact == null
        ? List.of()
        : fact.getLendersList().stream().map(GatheredPool::match).toList();
  }

  private static Match match(Lender lender) {
    return Match.newBuilder()
        .setDomain(lender.getDomain())
        .setItem(lender.getItem())
        .setWeight(lender.getWeight())
        .build();
  }

  @Override
  public long publishedMs(int item) {
    Fact fact = fact(item);
    return fact == null ? 0 : fact.getPublishedMs();
  }

  @Override
  public int dim() {
    return size.dim();
  }

  @Override
  public boolean read(int item, float[] into) {
    Fact fact = fact(item);
    if (fact == null || fact.getVector().isEmpty()) {
      return false;
    }
    float[] vector = Floats.values(fact.getVector());
    System.arraycopy(vector, 0, into, 0, into.length);
    return true;
  }

  @Override
  public float logit(int item) {
    Fact fact = fact(item);
    return fact != null && fact.hasScore() ? size.scale() * fact.getScore() : Float.NaN;
  }

  @Override
  public int most() {
    return whole ? Integer.MAX_VALUE : size.want();
  }

  @Override
  public List<Scored> best(int want) {
    return learned.subList(0, Math.min(want, learned.size()));
  }

  @Override
  public int[] learned(int want, int least) {
    return best(want).stream().mapToInt(Scored::code).toArray();
  }

  /** Each shard was asked for as many as are learned from; together they have as many more. */
  @Override
  public int deeper() {
    return TablePool.deeper(rows);
  }

  @Override
  public int[] newest(int most) {
    return newest.stream().limit(most).mapToInt(Timed::item).toArray();
  }

  @Override
  public List<Scored> fresh(int most) {
    return fresh.stream().limit(most).map(each -> scored(each.item())).toList();
  }

  @Override
  public Iterator<Scored> mostTaken() {
    List<Scored> all = new ArrayList<>();
    ranking().forEach(item -> all.add(new Scored(item, taken(item))));
    any.forEach(each -> all.add(new Scored(each.item(), 0)));
    return all.iterator();
  }

  @Override
  public int rows() {
    return facts.size();
  }

  @Override
  public int item(int row) {
    return facts.get(row) == null ? UNKNOWN : row;
  }

  @Override
  public @Nullable Experience experience() {
    return experts == null
        ? null
        : new Experience(experts.ranker(), evidence, evidence.popular(popular), experts.spaces());
  }
}
