package dev.headwater.client.answers;

import org.jspecify.annotations.Nullable;

/**
 * What a node serves of a domain, and the newest announcement.
 *
 * @param domain the domain
 * @param serving absent until there is something to serve
 * @param announced absent until something was announced
 * @param users known users
 */
public record DomainVersions(
    String domain, @Nullable Serving serving, @Nullable Announced announced, int users) {
  /**
   * What is served.
   *
   * @param model bundle: encoder and source table
   * @param table version that answers are made from: the newest sealed one that was applied, or the
   *     pinned one
   * @param view grows with every switch on the node
   * @param index how candidates are found
   * @param items that can be recommended
   */
  public record Serving(String model, long table, long view, String index, int items) {}

  /**
   * What announcements say shall be served.
   *
   * @param model bundle
   * @param announcedVersion of its table
   * @param latestVersion newest that was sealed
   * @param pinned whether the announced one is held
   * @param pinnedBy who holds it: {@code automatic} is the store itself, which also lets go by
   *     itself; absent while nobody does
   * @param pinnedWhy as they said; absent while nobody does
   * @param generation grows with every rollback
   * @param checksum of the announced table, hexadecimal
   * @param rows of the announced table
   * @param reason of the newest announcement; absent when it gave none
   */
  public record Announced(
      String model,
      long announcedVersion,
      long latestVersion,
      boolean pinned,
      @Nullable String pinnedBy,
      @Nullable String pinnedWhy,
      long generation,
      String checksum,
      long rows,
      @Nullable String reason) {}
}
