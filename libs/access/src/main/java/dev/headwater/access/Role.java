package dev.headwater.access;

import java.util.Locale;

/** What a caller may do; each role may also do what the ones before it may. */
public enum Role {
  /** Ask: recommendations, statuses, versions, metrics. */
  READ,
  /** Also publish events and items, and take items back. */
  MERCHANT,
  /** Also pin, roll back, deny, see the configuration, and everything at the store. */
  OPERATOR;

  /** Tells whether this role is enough for what needs another. */
  public boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }

  /** Returns the name as it is written in key lines and claims. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a role.
   *
   * @throws IllegalArgumentException when there is no such role
   */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException("a role is read, merchant or operator");
  }
}
