package dev.headwater.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an item is on its way into the answers; times in Unix milliseconds.
 *
 * @param domain the domain
 * @param item identifier
 * @param state unknown, rejected, received, published, refused, visible, denied, unavailable or
 *     deleted
 * @param receivedMs when the merchant published it
 * @param acceptedMs when it was accepted
 * @param encodedMs when its first embedding was made
 * @param publishedMs when that was sent
 * @param visibleMs when it could first be recommended
 * @param matches what lent it its embedding
 * @param refused why its newest embedding is not served
 * @param rejected why its catalog record was refused
 */
public record ItemStatus(
    String domain,
    String item,
    String state,
    @Nullable Long receivedMs,
    @Nullable Long acceptedMs,
    @Nullable Long encodedMs,
    @Nullable Long publishedMs,
    @Nullable Long visibleMs,
    @Nullable List<Recommendations.Reason> matches,
    @Nullable String refused,
    @Nullable Rejection rejected) {

  /** Why a record was refused. */
  public record Rejection(String reason, String detail, long timeMs) {}

  /** Tells whether the item can be recommended now. */
  public boolean isVisible() {
    return state.equals("visible");
  }
}
