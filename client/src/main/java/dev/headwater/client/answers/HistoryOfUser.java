package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of a user.
 *
 * @param user identifier
 * @param known whether it knows the user at all
 * @param items of the history that are liked, oldest first
 * @param disliked items that the user does not want, the latest first
 * @param basedOn the newest event; absent when the user is unknown
 */
public record HistoryOfUser(
    String user,
    boolean known,
    List<String> items,
    List<String> disliked,
    Recommendations.@Nullable BasedOn basedOn) {
  /** Returns what is said of a user that the node does not know. */
  public static HistoryOfUser unknown(String user) {
    return new HistoryOfUser(user, false, List.of(), List.of(), null);
  }

  /** Copies the lists; an older node says nothing of dislikes. */
  public HistoryOfUser {
    items = List.copyOf(items);
    disliked = disliked == null ? List.of() : List.copyOf(disliked);
  }
}
