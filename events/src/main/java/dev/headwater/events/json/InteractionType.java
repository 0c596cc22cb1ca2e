package dev.headwater.events.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a user did with an item. */
public enum InteractionType {
  /** Looked at it. */
  VIEW,
  /** Clicked it. */
  CLICK,
  /** Put it into the cart. */
  CART,
  /** Bought it. */
  PURCHASE,
  /** Rated it: the only type whose event has a value. */
  RATING,
  /** Said that it is not for them. */
  DISLIKE,
  /** Does not want to see it. */
  HIDE;

  /** Returns the type as it is written in JSON. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the type with this code, or null for an unknown one. */
  public static @Nullable InteractionType of(String code) {
    for (InteractionType type : values()) {
      if (type.code().equals(code)) {
        return type;
      }
    }
    return null;
  }
}
