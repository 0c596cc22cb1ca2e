package dev.headwater.client.answers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an item is on its way into the answers, as it is written in JSON (snake case, absent values
 * left out). All times are Unix milliseconds.
 *
 * @param domain the domain
 * @param item identifier
 * @param state unknown, rejected, received, published, refused, visible, denied, unavailable or
 *     deleted
 * @param model the model whose rows the answers are made from
 * @param title for people; absent when the catalog never named the item
 * @param brand absent like the title, and when it has none
 * @param categories absent like the title
 * @param receivedMs when the merchant published the item
 * @param acceptedMs when ingest accepted it
 * @param encodedMs when its first embedding was generated
 * @param publishedMs when that row was sent
 * @param visibleMs when this node could first recommend it
 * @param row the row that answers are made from now
 * @param matches the items that lent the embedding, with weights
 * @param refused why the newest row is not served
 * @param rejected the last refusal of a catalog record of this item
 * @param denied why an operator does not want it shown
 */
public record ItemStatus(
    String domain,
    String item,
    String state,
    @Nullable String model,
    @Nullable String title,
    @Nullable String brand,
    @Nullable List<String> categories,
    @Nullable Long receivedMs,
    @Nullable Long acceptedMs,
    @Nullable Long encodedMs,
    @Nullable Long publishedMs,
    @Nullable Long visibleMs,
    @Nullable Row row,
    @Nullable List<Match> matches,
    @Nullable String refused,
    @Nullable Rejection rejected,
    @Nullable Denial denied) {

  /** Tells whether the item can be recommended now. */
  @JsonIgnore
  public boolean isVisible() {
    return state.equals("visible");
  }

  /**
   * The row that answers are made from.
   *
   * @param origin {@code cold_start}, {@code fallback}, {@code fine_tuned} or {@code rollback}
   * @param version orders rows
   * @param interactionsLearned how many interactions it learned from
   * @param newestEventId the newest of them; absent when none
   * @param newestEventTimeMs its time; absent when none
   * @param computedMs when it was encoded or learned
   * @param publishedMs when it was sent
   * @param visibleMs when it became part of this node's answers
   */
  public record Row(
      String origin,
      Version version,
      long interactionsLearned,
      @Nullable String newestEventId,
      @Nullable Long newestEventTimeMs,
      long computedMs,
      long publishedMs,
      long visibleMs) {}

  /** The version of a row. */
  public record Version(long generation, long epoch, long step) {}

  /** An item that lent its embedding, and how much; its title where this node knows it. */
  public record Match(String domain, String item, float weight, @Nullable String title) {}
}
