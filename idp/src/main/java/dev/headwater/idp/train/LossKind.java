package dev.headwater.idp.train;

/** Which loss to train with. */
public enum LossKind {
  /** Full softmax for small catalogs, sampled softmax for large ones. */
  AUTO,
  /** Cross-entropy over the whole catalog. */
  FULL_SOFTMAX,
  /** Cross-entropy over a shared sample with correction. */
  SAMPLED_SOFTMAX,
  /** Binary cross-entropy with one negative a target, as SASRec. */
  BCE,
  /** Bayesian personalised ranking with one negative a target. */
  BPR
}
