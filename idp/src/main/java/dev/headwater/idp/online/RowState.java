package dev.headwater.idp.online;

/**
 * All that learning knows of a row: what a checkpoint keeps.
 *
 * @param vector the embedding
 * @param firstMoment Adam's running mean of gradients
 * @param secondMoment Adam's running mean of squared gradients
 * @param steps how many steps touched the row
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two rooms, never compared
public record RowState(float[] vector, float[] firstMoment, float[] secondMoment, long steps) {}
