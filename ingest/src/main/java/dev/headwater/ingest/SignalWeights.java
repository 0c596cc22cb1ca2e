package dev.headwater.ingest;

import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code ingest.signals}: how much an event says, by its type and value. 1 is an ordinary
 * one, 2 teaches twice as much, below 0 is a dislike. No weight is 0: what says nothing is not
 * published.
 *
 * @param view weight of a view, and so on for the other types
 * @param dislike of a dislike and of a hide: how much they say against the item
 * @param rating of a rating that is a like, or has no value
 * @param likedFrom the lowest rating that is a like
 * @param lowestRating the rating that is a dislike as large as a like; those between are smaller
 */
public record SignalWeights(
    double view,
    double click,
    double cart,
    double purchase,
    double rating,
    double dislike,
    double hide,
    double likedFrom,
    double lowestRating) {
  /** A larger one would let one event move more than the bound on one user is meant to allow. */
  private static final double MOST = 4;

  /** A dislike just below the border is small, but still one. */
  private static final double LEAST = 0.05;

  /** Checks the bounds. */
  public SignalWeights {
    require(view, "view");
    require(click, "click");
    require(cart, "cart");
    require(purchase, "purchase");
    require(rating, "rating");
    require(dislike, "dislike");
    require(hide, "hide");
    if (!(lowestRating < likedFrom)) {
      throw new IllegalArgumentException("lowest-rating must be below liked-from");
    }
  }

  private static void require(double weight, String key) {
    if (!(weight >= LEAST && weight <= MOST)) {
      throw new IllegalArgumentException(
          "%s must be from %s to %s, not %s".formatted(key, LEAST, MOST, weight));
    }
  }

  /** Returns the weight of an event, from -4 to 4 and not 0. */
  public float of(Interaction event) {
    InteractionType type = event.type();
    double weight =
        switch (type) {
          case VIEW -> view;
          case CLICK -> click;
          case CART -> cart;
          case PURCHASE -> purchase;
          case DISLIKE -> -dislike;
          case HIDE -> -hide;
          case RATING -> rating(event.value());
        };
    return (float) weight;
  }

  private double rating(@Nullable Double value) {
    if (value == null || value >= likedFrom) {
      return rating;
    }
    double share = Math.min(1, (likedFrom - value) / (likedFrom - lowestRating));
    return -Math.max(LEAST, rating * share);
  }
}
