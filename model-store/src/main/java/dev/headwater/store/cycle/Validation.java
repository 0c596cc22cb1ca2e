package dev.headwater.store.cycle;

/**
 * What a validator says of a version.
 *
 * @param ok false is a veto
 * @param details for a person, with the numbers compared
 */
public record Validation(boolean ok, String details) {
  /** The version may be announced. */
  public static Validation pass(String details) {
    return new Validation(true, details);
  }

  /** The version must not be announced. */
  public static Validation veto(String details) {
    return new Validation(false, details);
  }
}
