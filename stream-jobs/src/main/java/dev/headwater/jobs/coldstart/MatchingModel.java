package dev.headwater.jobs.coldstart;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.SourceIndex;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.jobs.DomainModel;
import java.io.Serializable;

/**
 * What row generation needs of a bundle.
 *
 * @param encoderId stands in every row
 * @param textEncoderId the text encoder that made the source items' text vectors
 * @param textDim length of a text vector
 * @param dim length of a row
 * @param sources the source items
 * @param slope of their rows along their texts
 * @param fallback row of an item without usable text
 * @param bonus what the spread of matches is worth
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
public record MatchingModel(
    String encoderId,
    String textEncoderId,
    int textDim,
    int dim,
    SourceIndex sources,
    TextSlope slope,
    float[] fallback,
    SpreadBonus bonus) {

  /** Opens the model of a domain at an attempt's start; shipped to operators. */
  @FunctionalInterface
  public interface Opener extends Serializable {
    /** Opens it; an unusable bundle fails the attempt. */
    MatchingModel open(DomainModel model) throws Exception;
  }

  /** Opens a domain's bundle. */
  public static MatchingModel ofBundle(DomainModel model) throws Exception {
    SourceBundle bundle = SourceBundle.open(model.bundle());
    BundleManifest manifest = bundle.manifest();
    return new MatchingModel(
        manifest.encoderId(),
        manifest.textEncoderId(),
        manifest.textDim(),
        manifest.dim(),
        bundle.sourceIndex(),
        bundle.textSlope(),
        bundle.meanEmbedding(),
        bundle.spreadBonus());
  }

  /** The same with sources that count how many of them are found, where not all are. */
  MatchingModel measured(ColdStartStats stats) {
    SourceIndex measured = MeasuredSources.of(sources, stats);
    return new MatchingModel(
        encoderId, textEncoderId, textDim, dim, measured, slope, fallback, bonus);
  }
}
