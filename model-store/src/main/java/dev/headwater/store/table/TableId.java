package dev.headwater.store.table;

import dev.headwater.events.json.Identifiers;

/** Names one table: the rows that one model has for one domain. */
public record TableId(String domain, String model) {
  /** Refuses what could not stand in a key. */
  public TableId {
    if (!Identifiers.isName(domain) || !Identifiers.isName(model)) {
      throw new IllegalArgumentException("not a table: " + domain + "/" + model);
    }
  }

  /** Returns {@code domain/model}. */
  @Override
  public String toString() {
    return domain + "/" + model;
  }
}
