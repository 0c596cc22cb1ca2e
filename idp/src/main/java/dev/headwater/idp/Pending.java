package dev.headwater.idp;

/** Stands where a body is still to come; goes away with the last of them. */
public final class Pending {
  private Pending() {}

  /** Fails. */
  @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"}) // gone within the hour
  public static <T> T body() {
    throw new UnsupportedOperationException("coming within the hour");
  }
}
