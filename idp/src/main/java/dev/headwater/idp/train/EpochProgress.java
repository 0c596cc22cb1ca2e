package dev.headwater.idp.train;

/**
 * Where an epoch stands.
 *
 * @param epoch from 1
 * @param epochs the most there will be; training may stop earlier
 * @param fraction done of it
 * @param loss mean so far
 * @param bestMetric best validation NDCG@10 so far; NaN before the first
 * @param sequencesPerSecond speed of training alone
 */
public record EpochProgress(
    int epoch,
    int epochs,
    double fraction,
    double loss,
    double bestMetric,
    double sequencesPerSecond) {}
