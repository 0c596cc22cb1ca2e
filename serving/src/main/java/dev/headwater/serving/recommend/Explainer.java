package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.rank.Expert;
import dev.headwater.serving.items.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Says why an item is in an answer: the history items whose embeddings point most nearly the same
 * way, what each expert adds and the items that made it say so, and, for an item without clicks,
 * the items that lent it its embedding.
 */
final class Explainer implements UnaryOperator<Recommendations.Item> {
  private static final int HISTORY_MAX = 3;
  private static final int MATCHES_MAX = 5;

  private final String domain;
  private final Pool pool;
  private final @Nullable ExpertSource source;

  /**
   * Creates one.
   *
   * @param source that made the answer; null where the rows alone did
   */
  Explainer(String domain, Pool pool, @Nullable ExpertSource source) {
    this.source = source;
    this.domain = domain;
    this.pool = pool;
  }

  @Override
  public Recommendations.Item apply(Recommendations.Item item) {
    int code = pool.find(item.item());
    List<Match> lent = pool.matches(code);
    List<Recommendations.Reason> matches =
        pool.isNew(code)
            ? lent.stream()
                .limit(MATCHES_MAX)
                .map(m -> new Recommendations.Reason(m.getDomain(), m.getItem(), m.getWeight()))
                .toList()
            : null;
    List<Recommendations.Reason> because = because(code);
    return new Recommendations.Item(
        item.item(),
        item.score(),
        item.origin(),
        item.propensity(),
        because,
        matches,
        source == null ? null : experts(code, source, because));
  }

  private List<Recommendations.Contribution> experts(
      int code, ExpertSource ranked, List<Recommendations.Reason> byRows) {
    List<Recommendations.Contribution> experts = new ArrayList<>();
    ranked
        .contributions(code)
        .forEach(
            (expert, score) ->
                experts.add(
                    new Recommendations.Contribution(
                        RecommendMetrics.word(expert),
                        score.floatValue(),
                        spoke(expert, code, ranked, byRows))));
    experts.sort(Comparator.comparing(Recommendations.Contribution::score).reversed());
    return experts;
  }

  private List<Recommendations.Reason> spoke(
      Expert expert, int code, ExpertSource ranked, List<Recommendations.Reason> byRows) {
    return switch (expert) {
      case LEARNED -> byRows;
      case COUNTS -> strongest(ranked.speakers().byCounts(code));
      case TEXTS -> strongest(ranked.speakers().byTexts(code));
      case POPULARITY -> List.of();
    };
  }

  private List<Recommendations.Reason> strongest(Map<Integer, Float> weights) {
    List<Recommendations.Reason> reasons = new ArrayList<>();
    weights.forEach(
        (seen, weight) -> reasons.add(new Recommendations.Reason(domain, pool.id(seen), weight)));
    return strongest(reasons);
  }

  private static List<Recommendations.Reason> strongest(List<Recommendations.Reason> reasons) {
    reasons.sort(Comparator.comparing(Recommendations.Reason::weight).reversed());
    return List.copyOf(reasons.subList(0, Math.min(HISTORY_MAX, reasons.size())));
  }

  private List<Recommendations.Reason> because(int code) {
    float[] target = new float[pool.dim()];
    float[] row = new float[pool.dim()];
    if (!pool.read(code, target)) {
      return List.of();
    }
    float length = dev.headwater.events.Vectors.norm(target);
    List<Recommendations.Reason> reasons = new ArrayList<>();
    for (int seen : java.util.Arrays.stream(pool.history()).distinct().toArray()) {
      if (pool.read(seen, row)) {
        float cosine = Measure.COSINE.score(target, row) / length;
        if (cosine > 0) {
          reasons.add(new Recommendations.Reason(domain, pool.id(seen), cosine));
        }
      }
    }
    return strongest(reasons);
  }
}
