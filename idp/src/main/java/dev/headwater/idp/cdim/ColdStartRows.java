package dev.headwater.idp.cdim;

import dev.headwater.idp.cdim.ColdStartRule.WarmPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The row of an item that nobody clicked yet, from its text: the one home of this rule, for the
 * stream's jobs, for evaluation and for serving's stand-ins.
 *
 * <ul>
 *   <li>An item that the bundle was tuned on, with the same text: its row in the bundle, as it is.
 *   <li>Matches from the sources stand for what their slope makes of them ({@link TextSlope}).
 *   <li>No trained item in the domain: matches from the sources, at the norm of the matches.
 *   <li>Fewer than {@link ColdStartRule#warmItems}: matches from sources and trained items
 *       together, at the norm of the matches.
 *   <li>That many and more: the mean of the matches as short as it comes, raised by what their
 *       spread is worth ({@link SpreadBonus}). At the mean norm of trained rows instead it would
 *       take the places of items that are known to be liked, and neither raised nor lengthened it
 *       would never win one.
 *   <li>A trained item is made from the sources alone, since its own row stands in the pool: its
 *       start must not be made from what it became. From {@code warmItems} on it has the mean norm
 *       of trained rows.
 *   <li>Nothing near, no words, or a row that is not finite: the fallback, at the mean norm of
 *       trained rows from {@code warmItems} on.
 * </ul>
 *
 * Safe for many threads.
 */
public final class ColdStartRows {
  /** Cosine of a text with itself, after a bundle kept it in half precision. */
  private static final float SAME_TEXT = 0.999f;

  private final ColdStartRule rule;
  private final TrainedItems trained;
  private final SpreadBonus bonus;
  private final float[] fallback;
  private final SourceIndex sources;
  private final TextSlope slope;
  private final Cdim atNorm;
  private final Cdim asItComes;

  /**
   * Makes rows for one domain.
   *
   * @param rule its numbers
   * @param sources the items of pre-training
   * @param slope of their rows along their texts
   * @param trained the domain's own, as they come to be
   * @param bonus what the spread of matches is worth under the encoder that will score the rows
   * @param fallback the row of an item without words
   */
  public ColdStartRows(
      ColdStartRule rule,
      SourceIndex sources,
      TextSlope slope,
      TrainedItems trained,
      SpreadBonus bonus,
      float[] fallback) {
    this.rule = rule;
    this.trained = trained;
    this.bonus = bonus;
    this.fallback = fallback.clone();
    this.sources = sources;
    this.slope = slope;
    atNorm = new Cdim(rule.matcher());
    asItComes = new Cdim(rule.matcher().withRestoredNorm(false));
  }

  /**
   * Makes rows for a domain of which no trained item is known, where they are neither ranked nor
   * kept: from the sources alone.
   *
   * @param slope of their rows along their texts
   * @param textDim length of text vectors
   * @param domain which it is; items of it among the sources begin from their own rows
   * @param fallback the row of an item without words
   */
  public static ColdStartRows ofSources(
      CdimConfig matcher,
      SourceIndex sources,
      TextSlope slope,
      int textDim,
      String domain,
      float[] fallback) {
    return new ColdStartRows(
        ColdStartRule.of(1).withMatcher(matcher),
        sources,
        slope,
        new TrainedItems(domain, textDim, fallback.length),
        SpreadBonus.none(fallback.length),
        fallback);
  }

  /**
   * Makes one row a text, for items of which none is trained.
   *
   * @param texts text vectors of unit norm; zeros for an item without words
   * @return in the order given
   */
  public List<ColdStartRow> make(float[][] texts) {
    return made(null, texts);
  }

  /**
   * Makes one row an item.
   *
   * @param items their ids in the domain
   * @param texts their text vectors, of unit norm; zeros for an item without words
   * @return in the order given
   */
  public List<ColdStartRow> make(List<String> items, float[][] texts) {
    return made(items, texts);
  }

  private List<ColdStartRow> made(@Nullable List<String> items, float[][] texts) {
    int count = trained.count();
    int matches = rule.matcher().matches();
    List<List<SourceIndex.Neighbour>> ofSources = sources.nearest(texts, matches);
    List<List<SourceIndex.Neighbour>> ofTrained =
        count == 0 ? List.of() : trained.pool().nearest(texts, matches);
    List<ColdStartRow> rows = new ArrayList<>(texts.length);
    for (int i = 0; i < texts.length; i++) {
      String item = items == null ? null : items.get(i);
      ColdStartRow itself = ofItself(item, ofSources.get(i));
      if (itself != null) {
        rows.add(itself);
        continue;
      }
      boolean own = count == 0 || (item != null && trained.contains(item));
      List<SourceIndex.Neighbour> moved = slope.moved(texts[i], ofSources.get(i));
      GeneratedEmbedding source = atNorm.generate(texts[i], List.of(moved));
      rows.add(
          own
              ? row(source, calibrated(source.vector(), count), source)
              : withTrained(texts[i], moved, ofTrained.get(i), count, source));
    }
    return rows;
  }

  /** The row that the bundle has of this very item; null if it has none, or of another text. */
  private @Nullable ColdStartRow ofItself(
      @Nullable String item, List<SourceIndex.Neighbour> nearest) {
    for (SourceIndex.Neighbour near : nearest) {
      if (near.item().equals(item)
          && near.domain().equals(trained.domain())
          && near.similarity() >= SAME_TEXT) {
        List<SourceMatch> match = List.of(new SourceMatch(near.domain(), near.item(), 1));
        return new ColdStartRow(near.embedding().clone(), match, near.embedding().clone());
      }
    }
    return null;
  }

  /** The row of an item without words, as long as the domain's trained rows once it is warm. */
  public float[] fallback() {
    return calibrated(fallback, trained.count());
  }

  private ColdStartRow withTrained(
      float[] text,
      List<SourceIndex.Neighbour> ofSources,
      List<SourceIndex.Neighbour> ofTrained,
      int count,
      GeneratedEmbedding source) {
    if (count < rule.warmItems()) {
      GeneratedEmbedding made = atNorm.generate(text, List.of(ofSources, ofTrained));
      return row(made, made.vector(), source);
    }
    GeneratedEmbedding made =
        asItComes.generate(
            text,
            rule.warmPool() == WarmPool.BOTH ? List.of(ofSources, ofTrained) : List.of(ofTrained));
    return row(made, bonus.raised(made), source);
  }

  private ColdStartRow row(GeneratedEmbedding made, float[] vector, GeneratedEmbedding source) {
    float[] bySources = isFinite(source.vector()) ? source.vector() : new float[0];
    return made.matches().isEmpty() || !isFinite(vector)
        ? new ColdStartRow(fallback(), List.of(), bySources)
        : new ColdStartRow(vector, made.matches(), bySources);
  }

  private float[] calibrated(float[] vector, int count) {
    double norm = Cdim.norm(vector);
    double wanted = trained.meanNorm();
    float[] row = vector.clone();
    if (count >= rule.warmItems() && norm > 0 && wanted > 0) {
      for (int k = 0; k < row.length; k++) {
        row[k] *= (float) (wanted / norm);
      }
    }
    return row;
  }

  private static boolean isFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
