package dev.headwater.idp.data;

import dev.headwater.idp.Pending;
import java.nio.file.Path;
import java.util.List;

/**
 * One domain: its items, and its events by user, then time.
 *
 * @param name of the domain, the folder's name
 * @param items the catalog
 * @param events by user, then time
 * @param realTime whether timestamps are Unix seconds rather than positions
 */
public record DomainData(String name, List<Item> items, List<Event> events, boolean realTime) {
  /** Copies the lists. */
  public DomainData {
    items = List.copyOf(items);
    events = List.copyOf(events);
  }

  /**
   * Reads a folder with {@code items.tsv.gz} and {@code interactions.tsv.gz}.
   *
   * @throws DataException if a file is absent, damaged or says something impossible
   */
  public static DomainData load(Path folder) {
    return Pending.body();
  }
}
