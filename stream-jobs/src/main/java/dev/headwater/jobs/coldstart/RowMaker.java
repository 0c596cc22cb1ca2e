package dev.headwater.jobs.coldstart;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.Vector;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.SourceMatch;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import java.util.Arrays;
import java.util.List;

/**
 * Makes embedding rows of one domain from text vectors, by the rule of {@link ColdStartRows}. Safe
 * for many threads.
 */
final class RowMaker {
  private final DomainModel model;
  private final String encoderId;
  private final ColdStartRows rows;
  private final TextPool texts;
  private final long epoch;

  /** Makes one whose rows are of this writer's epoch. */
  RowMaker(
      DomainModel model, MatchingModel matching, TargetItems target, int warmRows, long epoch) {
    this.model = model;
    this.epoch = epoch;
    this.encoderId = matching.encoderId();
    this.texts = target.texts();
    this.rows =
        new ColdStartRows(
            ColdStartRule.of(warmRows),
            matching.sources(),
            matching.slope(),
            target.trained(),
            matching.bonus(),
            matching.fallback());
  }

  /** Makes rows for items whose texts were encoded; the times of publishing are still open. */
  EmbeddingRow[] make(List<AcceptedItem> items, float[][] encoded, long computedMs) {
    List<String> names = items.stream().map(AcceptedItem::getItem).toList();
    List<ColdStartRow> made = rows.make(names, encoded);
    List<Vector> vectors = Arrays.stream(encoded).map(Vectors::int8).toList();
    List<Text> own = items.stream().map(Text::of).toList();
    List<List<Named>> near = texts.add(names, own, vectors);
    EmbeddingRow[] wire = new EmbeddingRow[items.size()];
    for (int i = 0; i < wire.length; i++) {
      EmbeddingRow.Builder row = wire(items.get(i), made.get(i), vectors.get(i), computedMs);
      near.get(i).forEach(each -> row.addNearTexts(wire(each)));
      wire[i] = row.build();
    }
    return wire;
  }

  private static NearText wire(Named near) {
    return NearTextWire.of(near.item(), near.cosine(), near.incarnation(), near.revision());
  }

  /** Makes the row of an item that has no usable text. */
  EmbeddingRow fallback(AcceptedItem item, long computedMs) {
    return base(item, EmbeddingRow.Origin.FALLBACK, computedMs)
        .setVector(Vectors.fp32(rows.fallback()))
        .build();
  }

  private EmbeddingRow.Builder wire(
      AcceptedItem item, ColdStartRow made, Vector text, long computedMs) {
    EmbeddingRow.Origin origin =
        made.isFallback() ? EmbeddingRow.Origin.FALLBACK : EmbeddingRow.Origin.COLD_START;
    EmbeddingRow.Builder row =
        base(item, origin, computedMs).setTextVector(text).setVector(Vectors.fp32(made.vector()));
    if (made.source().length > 0) {
      row.setSourceVector(Vectors.fp32(made.source()));
    }
    for (SourceMatch match : made.matches()) {
      row.addMatches(
          Match.newBuilder()
              .setDomain(match.domain())
              .setItem(match.item())
              .setWeight(match.weight()));
    }
    return row;
  }

  private EmbeddingRow.Builder base(
      AcceptedItem item, EmbeddingRow.Origin origin, long computedMs) {
    return EmbeddingRow.newBuilder()
        .setDomain(model.domain())
        .setModel(model.bundleId())
        .setItem(item.getItem())
        .setIncarnation(item.getIncarnation())
        .setRevision(item.getRevision())
        .setVersion(RowVersion.newBuilder().setEpoch(epoch).setStep(item.getRevision()))
        .setOrigin(origin)
        .setEncoderId(encoderId)
        .setBundleId(model.bundleId())
        .setCausedMs(item.getPublishedMs())
        .setBeganMs(DeletionTime.beganMs(item))
        .setComputedMs(computedMs);
  }
}
