package dev.headwater.idp.train;

/**
 * What training came to.
 *
 * @param epochs how many were run
 * @param bestEpoch the one whose weights were kept
 * @param bestMetric its validation NDCG@10
 * @param logitScale its scale
 * @param sequencesPerSecond speed of training alone
 * @param secondsPerEpoch of training alone, the median
 */
public record FitResult(
    int epochs,
    int bestEpoch,
    double bestMetric,
    float logitScale,
    double sequencesPerSecond,
    double secondsPerEpoch) {}
