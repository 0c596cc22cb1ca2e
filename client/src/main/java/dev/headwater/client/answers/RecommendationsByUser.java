package dev.headwater.client.answers;

import java.util.List;

/**
 * What to show to several users.
 *
 * @param answers one a user, in the order asked
 */
public record RecommendationsByUser(List<OfUser> answers) {
  /** Copies the list. */
  public RecommendationsByUser {
    answers = List.copyOf(answers);
  }

  /** One user's answer. */
  public record OfUser(String user, Recommendations recommendations) {}
}
