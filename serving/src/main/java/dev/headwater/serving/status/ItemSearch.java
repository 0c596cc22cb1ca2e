package dev.headwater.serving.status;

import dev.headwater.client.answers.FoundItems.FoundItem;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;

/**
 * Finds items by words, for people: looks at every catalog entry of a domain and keeps the best.
 * Deleted items are not found. Holds nothing; time in proportion to the catalog.
 */
public final class ItemSearch {
  private static final int BY_ID = 3;
  private static final int BY_START = 2;
  private static final int BY_WORDS = 1;

  private final Domain domain;

  private record Ranked(int rank, long receivedMs, int code, CatalogEntry entry) {}

  /** Creates one for a domain. */
  public ItemSearch(Domain domain) {
    this.domain = domain;
  }

  /**
   * Returns at most {@code count} items, the best first; with an empty query the newest.
   *
   * @param newest order by age alone
   */
  public List<FoundItem> find(String query, int count, boolean newest) {
    String wanted = query.strip().toLowerCase(Locale.ROOT);
    String[] words = wanted.isEmpty() ? new String[0] : wanted.split("\\s+", -1);
    Comparator<Ranked> worstFirst =
        newest
            ? Comparator.comparingLong(Ranked::receivedMs).thenComparing(Ranked::code)
            : Comparator.comparingInt(Ranked::rank)
                .thenComparingLong(Ranked::receivedMs)
                .thenComparing(Ranked::code);
    PriorityQueue<Ranked> best = new PriorityQueue<>(worstFirst);
    ItemIds ids = domain.ids();
    for (int code = 0; code < ids.size(); code++) {
      CatalogEntry entry = domain.catalog(code);
      if (entry != null && !entry.deleted()) {
        int rank = rank(ids.id(code), entry, wanted, words);
        if (rank > 0) {
          best.add(new Ranked(rank, entry.receivedMs(), code, entry));
          if (best.size() > count) {
            best.poll();
          }
        }
      }
    }
    List<Ranked> found = new ArrayList<>(best);
    found.sort(worstFirst.reversed());
    return found.stream().map(this::hit).toList();
  }

  private static int rank(String id, CatalogEntry entry, String wanted, String[] words) {
    if (id.equalsIgnoreCase(wanted)) {
      return BY_ID;
    }
    String title = entry.title().toLowerCase(Locale.ROOT);
    if (!wanted.isEmpty() && title.startsWith(wanted)) {
      return BY_START;
    }
    for (String word : words) {
      if (!title.contains(word)
          && !entry.brand().toLowerCase(Locale.ROOT).contains(word)
          && !id.toLowerCase(Locale.ROOT).contains(word)) {
        return 0;
      }
    }
    return BY_WORDS;
  }

  private FoundItem hit(Ranked found) {
    CatalogEntry entry = found.entry();
    return new FoundItem(
        domain.ids().id(found.code()),
        entry.title(),
        entry.brand(),
        entry.categories(),
        entry.receivedMs());
  }
}
