package dev.headwater.idp.cdim;

/** How the similarities of the matches become weights. */
public enum Weighting {
  /** The paper's form: similarity over the sum of similarities. */
  LINEAR,
  /** Softmax of similarity over the temperature. */
  SOFTMAX
}
