package dev.headwater.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A caller whose key or token was checked.
 *
 * @param name stands in audits; never a secret
 * @param role what it may do
 * @param domains the domains it may name; {@link #ALL_DOMAINS} for every one
 * @param rates its own quota; null: the node's usual one
 * @param speaksForOthers whether it may name the person on whose behalf it calls, as a serving node
 *     does that forwards an operator's call to the store
 */
public record Principal(
    String name, Role role, Set<String> domains, @Nullable Rates rates, boolean speaksForOthers) {
  /** Stands for every domain. */
  public static final String ALL_DOMAINS = "*";

  /** Whoever calls a server that has no keys and no tokens configured: may do everything. */
  public static final Principal ANYONE =
      new Principal("anyone", Role.OPERATOR, Set.of(ALL_DOMAINS), null, true);

  /** Copies the set. */
  public Principal {
    domains = Set.copyOf(domains);
  }

  /** Tells whether it may name a domain. */
  public boolean mayName(String domain) {
    return domains.contains(domain) || everyDomain();
  }

  /** Tells whether it may name every domain. */
  public boolean everyDomain() {
    return domains.contains(ALL_DOMAINS);
  }

  /**
   * Returns who did something, for an audit.
   *
   * @param said the name that the request itself gives, null when it gives none
   */
  public String auditName(@Nullable String said) {
    if (equals(ANYONE)) {
      return said == null ? name : said;
    }
    return speaksForOthers && said != null && !said.equals(name) ? said + " via " + name : name;
  }
}
