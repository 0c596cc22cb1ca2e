package dev.headwater.access;

/**
 * What a caller or a domain may do in a second, on one node; 0: any number.
 *
 * @param requests a second
 * @param events a second, those of one call counted each
 * @param items a second, those of one call counted each
 */
public record Rates(int requests, int events, int items) {
  /** No limit. */
  public static final Rates ANY = new Rates(0, 0, 0);

  /** Refuses negative rates. */
  public Rates {
    if (requests < 0 || events < 0 || items < 0) {
      throw new IllegalArgumentException("a rate is 0 (any number) or more");
    }
  }

  /** Returns the rate of one kind. */
  public int of(Kind kind) {
    return switch (kind) {
      case REQUESTS -> requests;
      case EVENTS -> events;
      case ITEMS -> items;
    };
  }

  /** What is counted. */
  public enum Kind {
    REQUESTS,
    EVENTS,
    ITEMS
  }
}
