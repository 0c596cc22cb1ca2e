package dev.headwater.store.cycle;

/**
 * What a validator says of a version.
 *
 * @param ok false is a veto
 * @param details for a person, with the numbers compared
 */
public record Verdict(boolean ok, String details) {
  /** The version may be announced. */
  public static Verdict pass(String details) {
    return new Verdict(true, details);
  }

  /** The version must not be announced. */
  public static Verdict veto(String details) {
    return new Verdict(false, details);
  }
}
