package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer, as it is written in JSON (names in snake case, absent values left out).
 *
 * @param recommendationId to be sent back with the interactions it leads to
 * @param items best first
 * @param basedOn the newest event that the answer knows; absent for an anonymous history
 * @param versions what made the answer
 * @param arm which arm of a comparison of models the user is in; absent when none is configured
 * @param fallback how the items were found when not by rows of the history: {@code popularity}, or
 *     {@code text} when the texts of its items stood in for all of them
 * @param unknownItems history items without a row, which had no say; absent when there are none
 * @param textItems history items without a row that their text stood in for; absent likewise
 * @param seed of the draws that gave new items a place; absent when there were none
 * @param cursor asks for the next page; absent when no pages were asked for, or there are no more
 * @param missingShards parts of the catalog that no node answered for: nothing of theirs is in it;
 *     absent when there are none
 */
public record Recommendations(
    String recommendationId,
    List<Item> items,
    @Nullable BasedOn basedOn,
    Versions versions,
    @Nullable String arm,
    @Nullable String fallback,
    @Nullable Integer unknownItems,
    @Nullable Integer textItems,
    @Nullable Long seed,
    @Nullable String cursor,
    @Nullable Integer missingShards) {

  /** Copies the list. */
  public Recommendations {
    items = List.copyOf(items);
  }

  /**
   * One recommended item.
   *
   * @param item identifier
   * @param score of the ranker over all experts (its exponentials are chances up to a factor), of
   *     the rows alone where it is off, or interactions counted where the fallback is popularity
   * @param origin where its row comes from: {@code cold_start}, {@code fine_tuned} …
   * @param propensity the probability with which it got its place; absent when nothing was drawn
   * @param because when asked: the history items nearest to it
   * @param matches when asked, and no click was learned yet: what lent it its embedding
   * @param experts when asked, and a ranker made the answer: what each expert adds to the score,
   *     the largest first
   */
  public record Item(
      String item,
      float score,
      String origin,
      @Nullable Float propensity,
      @Nullable List<Reason> because,
      @Nullable List<Reason> matches,
      @Nullable List<Contribution> experts) {}

  /**
   * What one expert adds to an item's score.
   *
   * @param expert {@code learned}: the rows; {@code counts}: the items taken with those of the
   *     history; {@code texts}: the texts like theirs; {@code popularity}: what anybody takes
   * @param score what it adds; all together are the item's score
   * @param items of the history that made it say so, the strongest first: by the share that each
   *     has in what the expert says (counts), or by cosine (rows and texts)
   */
  public record Contribution(String expert, float score, List<Reason> items) {
    /** Copies the list. */
    public Contribution {
      items = List.copyOf(items);
    }
  }

  /**
   * Why an item is in an answer.
   *
   * @param domain of the item that is the reason
   * @param item that item
   * @param weight cosine, or the share that it lent
   */
  public record Reason(String domain, String item, float weight) {}

  /**
   * The newest event in the user's history.
   *
   * @param eventId its identifier
   * @param eventTime its time, Unix milliseconds
   */
  public record BasedOn(String eventId, long eventTime) {}

  /**
   * What made an answer.
   *
   * @param model bundle: encoder and source table
   * @param table the announced table version; newer rows that passed the guards are on top
   * @param index how candidates were found
   * @param view grows with every switch on this node
   * @param ranker how many clicks the ranker's weights were learned from, 0 for those that it
   *     begins with; absent where answers come from the rows alone
   */
  public record Versions(
      String model, long table, String index, long view, @Nullable Long ranker) {}
}
