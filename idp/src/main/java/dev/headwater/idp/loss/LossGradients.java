package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;

/**
 * A loss and its gradients, all for the mean over the targets.
 *
 * @param loss mean over the targets
 * @param hidden {@code [targets, dim]}
 * @param positives {@code [targets, dim]}
 * @param candidates {@code [candidates, dim]}
 * @param scale with respect to the logit scale
 */
public record LossGradients(
    double loss, NDArray hidden, NDArray positives, NDArray candidates, double scale) {}
