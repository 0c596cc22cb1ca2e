package dev.headwater.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param recommendationId to be sent back with the interactions it leads to
 * @param items best first
 * @param basedOn the newest event that the answer knows; null for an anonymous history
 * @param versions what made it
 * @param arm the user's arm in a comparison of models; null when there is none
 * @param fallback how items were found when not by the model; null when by the model
 * @param unknownItems history items without an embedding; null when all had one
 * @param seed of the draws that gave new items a place; null when there were none
 * @param cursor asks for the next page; null when there is none
 */
public record Recommendations(
    String recommendationId,
    List<Item> items,
    @Nullable BasedOn basedOn,
    Versions versions,
    @Nullable String arm,
    @Nullable String fallback,
    @Nullable Integer unknownItems,
    @Nullable Long seed,
    @Nullable String cursor) {

  /** Copies the list. */
  public Recommendations {
    items = List.copyOf(items);
  }

  /**
   * One item.
   *
   * @param item identifier
   * @param score of the model
   * @param origin where its embedding comes from
   * @param propensity the probability of its place, where new items were drawn
   * @param because the history items nearest to it, when asked for
   * @param matches what lent it its embedding, when asked for
   */
  public record Item(
      String item,
      float score,
      String origin,
      @Nullable Float propensity,
      @Nullable List<Reason> because,
      @Nullable List<Reason> matches) {}

  /** Why an item is in an answer: another item, and how much it counts. */
  public record Reason(String domain, String item, float weight) {}

  /** The newest event of the user's history; time in Unix milliseconds. */
  public record BasedOn(String eventId, long eventTime) {}

  /** Model, announced table version, index and view. */
  public record Versions(String model, long table, String index, long view) {}
}
