package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The domains of a node that the caller may name.
 *
 * @param domains each
 */
public record ServedDomains(List<ServedDomain> domains) {
  /** Copies the list. */
  public ServedDomains {
    domains = List.copyOf(domains);
  }

  /**
   * One of them.
   *
   * @param domain its name
   * @param items that can be recommended
   * @param users that are known
   * @param denied items that operators do not want shown
   * @param model that answers are made with; absent until there is something to serve
   * @param table the announced version; 0: none
   * @param pinned whether it is held
   */
  public record ServedDomain(
      String domain,
      int items,
      int users,
      int denied,
      @Nullable String model,
      long table,
      boolean pinned) {}
}
