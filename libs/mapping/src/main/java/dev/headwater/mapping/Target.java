package dev.headwater.mapping;

import java.util.List;

/** Which public topic a foreign one is made into, and what its records consist of. */
public enum Target {
  /** Clicks and the like. */
  INTERACTIONS(
      List.of(
          "event_id",
          "domain",
          "user",
          "item",
          "type",
          "value",
          "timestamp",
          "recommendation_id",
          "position")),
  /** Items. */
  CATALOG(List.of("domain", "item", "title", "brand", "categories", "text", "available"));

  @SuppressWarnings("ImmutableEnumChecker") // a List.of
  private final List<String> fields;

  Target(List<String> fields) {
    this.fields = fields;
  }

  /** Returns the names of what a mapping may fill. */
  public List<String> fields() {
    return fields;
  }
}
