package dev.headwater.idp.cdim;

import java.util.Locale;

/** How the similarities of the matches become weights. */
public enum Weighting {
  /** The paper's form: similarity over the sum of similarities. */
  LINEAR,
  /** Softmax of similarity over the temperature. */
  SOFTMAX;

  /**
   * The weighting of a name as a command line gives it.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Weighting named(String name) {
    for (Weighting weighting : values()) {
      if (weighting.name().toLowerCase(Locale.ROOT).equals(name)) {
        return weighting;
      }
    }
    throw new IllegalArgumentException("weighting must be linear or softmax, not " + name);
  }
}
