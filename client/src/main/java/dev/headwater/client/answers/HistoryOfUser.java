package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of a user.
 *
 * @param user identifier
 * @param known whether it knows the user at all
 * @param items of the history, oldest first
 * @param basedOn the newest event; absent when the user is unknown
 */
public record HistoryOfUser(
    String user, boolean known, List<String> items, Recommendations.@Nullable BasedOn basedOn) {
  /** Returns what is said of a user that the node does not know. */
  public static HistoryOfUser unknown(String user) {
    return new HistoryOfUser(user, false, List.of(), null);
  }

  /** Copies the list. */
  public HistoryOfUser {
    items = List.copyOf(items);
  }
}
