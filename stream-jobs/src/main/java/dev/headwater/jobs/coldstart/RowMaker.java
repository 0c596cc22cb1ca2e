package dev.headwater.jobs.coldstart;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.cdim.Cdim;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.GeneratedEmbedding;
import dev.headwater.idp.cdim.ItemBias;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SourceMatch;
import dev.headwater.jobs.DomainModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of one domain from text vectors: matched against the sources and the domain's trained
 * items together, so that the trained ones win as soon as there are enough. Once there are some, a
 * row is the mean of its matches, raised by what their spread is worth: at the mean norm of trained
 * rows instead it would take the places of items that are known to be liked, and neither raised nor
 * lengthened it would never win one. Safe for many threads.
 */
final class RowMaker {
  private final DomainModel model;
  private final String encoderId;
  private final TargetItems target;
  private final int warmRows;
  private final Cdim fromSources;
  private final Cdim fromAll;
  private final Cdim means;
  private final ItemBias itemBias;
  private final float[] fallback;

  RowMaker(DomainModel model, MatchingModel matching, TargetItems target, int warmRows) {
    this.model = model;
    this.encoderId = matching.encoderId();
    this.target = target;
    this.warmRows = warmRows;
    CdimConfig config = CdimConfig.defaults();
    ItemPool sources = matching.sources();
    fromSources = new Cdim(config, List.of(sources));
    fromAll = new Cdim(config, List.of(sources, target.pool()));
    means = new Cdim(config.withoutNorm(), List.of(sources, target.pool()));
    itemBias = matching.itemBias();
    fallback = matching.fallback();
  }

  /** Makes rows for items whose texts were encoded; the times of publishing are still open. */
  EmbeddingRow[] make(List<AcceptedItem> items, float[][] texts, long computedMs) {
    List<GeneratedEmbedding> source = fromSources.generate(texts);
    boolean warm = target.trained() >= warmRows;
    List<GeneratedEmbedding> all =
        warm ? means.generate(texts) : target.trained() == 0 ? source : fromAll.generate(texts);
    EmbeddingRow[] rows = new EmbeddingRow[items.size()];
    for (int i = 0; i < rows.length; i++) {
      AcceptedItem item = items.get(i);
      // A trained item's own row stands in the pool: its start must not be made from itself.
      boolean raised = warm && !target.isTrained(item.getItem());
      GeneratedEmbedding chosen = target.isTrained(item.getItem()) ? source.get(i) : all.get(i);
      EmbeddingRow.Builder row = base(item, EmbeddingRow.Origin.COLD_START, computedMs);
      row.setTextVector(Vectors.int8(texts[i]));
      for (SourceMatch match : chosen.matches()) {
        row.addMatches(
            Match.newBuilder()
                .setDomain(match.domain())
                .setItem(match.item())
                .setWeight(match.weight()));
      }
      float[] vector = raised ? itemBias.raised(chosen) : calibrated(chosen.vector());
      rows[i] = withVectors(row, vector, source.get(i).vector());
    }
    return rows;
  }

  /** Makes the row of an item that has no usable text. */
  EmbeddingRow fallback(AcceptedItem item, long computedMs) {
    return withVectors(
        base(item, EmbeddingRow.Origin.FALLBACK, computedMs), calibrated(fallback), null);
  }

  private EmbeddingRow withVectors(
      EmbeddingRow.Builder row, float[] vector, float @Nullable [] source) {
    boolean finite = Vectors.isFinite(vector);
    if (!finite) {
      row.setOrigin(EmbeddingRow.Origin.FALLBACK).clearMatches();
    }
    row.setVector(Vectors.fp32(finite ? vector : calibrated(fallback)));
    if (source != null && Vectors.isFinite(source)) {
      row.setSourceVector(Vectors.fp32(source));
    }
    return row.build();
  }

  private float[] calibrated(float[] vector) {
    float warm = target.meanNorm();
    float norm = Vectors.norm(vector);
    if (target.trained() < warmRows || norm == 0 || warm == 0) {
      return vector;
    }
    float[] scaled = new float[vector.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = vector[i] * warm / norm;
    }
    return scaled;
  }

  private EmbeddingRow.Builder base(
      AcceptedItem item, EmbeddingRow.Origin origin, long computedMs) {
    return EmbeddingRow.newBuilder()
        .setDomain(model.domain())
        .setModel(model.bundleId())
        .setItem(item.getItem())
        .setIncarnation(item.getIncarnation())
        .setRevision(item.getRevision())
        .setVersion(RowVersion.newBuilder().setStep(item.getRevision()))
        .setOrigin(origin)
        .setEncoderId(encoderId)
        .setBundleId(model.bundleId())
        .setCausedMs(item.getPublishedMs())
        .setComputedMs(computedMs);
  }
}
