package dev.headwater.client.answers;

import java.util.List;

/**
 * Known users, those with the newest event first.
 *
 * @param known all users of the domain
 * @param users as many of them as were asked for
 */
public record FoundUsers(int known, List<FoundUser> users) {
  /** Copies the list. */
  public FoundUsers {
    users = List.copyOf(users);
  }

  /**
   * One of them.
   *
   * @param user identifier
   * @param items length of the history
   * @param eventTime of the newest event, Unix milliseconds
   */
  public record FoundUser(String user, int items, long eventTime) {}
}
