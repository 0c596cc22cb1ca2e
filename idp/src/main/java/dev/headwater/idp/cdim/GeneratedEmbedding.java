package dev.headwater.idp.cdim;

import java.util.List;

/**
 * An embedding made from known items, with its lineage.
 *
 * @param vector the embedding, of the pool's dimension
 * @param matches the items it was made from, heaviest first; empty if there was nothing to match
 * @param spread weighted mean of the squared distances of the matches from their mean: how little
 *     they agree
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two rooms, never compared
public record GeneratedEmbedding(float[] vector, List<SourceMatch> matches, float spread) {}
