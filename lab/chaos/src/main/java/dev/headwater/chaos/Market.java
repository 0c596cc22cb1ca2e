package dev.headwater.chaos;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The generated market as an endless load: its sessions are played again and again by new users, in
 * the order of time. A user clicks an item at most once, so that no bound on users hides a lost
 * click; an item is clicked from two seconds after it was published on. For one thread, but for
 * {@link #probe}.
 */
final class Market {
  private static final int PROBES_A_USER = 40;
  private static final long PATIENCE_MS = 2_000;

  private final String domain;
  private final List<CatalogItem> first;
  private final Deque<CatalogItem> later = new ArrayDeque<>();
  private final List<Event> events;
  private final Map<String, Long> clickableFromMs = new HashMap<>();
  private int position;
  private int round;

  /**
   * Makes one.
   *
   * @param data of the target domain
   * @param firstItems how many items are there from the start
   */
  Market(String domain, DomainData data, int firstItems) {
    this.domain = domain;
    List<CatalogItem> all = new ArrayList<>();
    for (Item item : data.items()) {
      all.add(CatalogItem.of(domain, item.id(), item.title(), item.brand(), item.categories()));
    }
    first = List.copyOf(all.subList(0, firstItems));
    later.addAll(all.subList(firstItems, all.size()));
    first.forEach(item -> clickableFromMs.put(item.item(), 0L));
    events = onceEach(data.events());
  }

  private static List<Event> onceEach(List<Event> all) {
    Set<String> seen = new HashSet<>();
    return all.stream()
        .filter(event -> seen.add(event.user() + "\u0000" + event.item()))
        .sorted(Comparator.comparingLong(Event::timestamp))
        .toList();
  }

  String domain() {
    return domain;
  }

  List<CatalogItem> first() {
    return first;
  }

  /** Returns the next click on an item that is there. */
  Interaction click(long nowMs) {
    while (true) {
      if (position == events.size()) {
        position = 0;
        round++;
      }
      Event event = events.get(position++);
      Long from = clickableFromMs.get(event.item());
      if (from != null && from <= nowMs) {
        String user = event.user() + "-" + round;
        return Interaction.click(user + "/" + event.item(), domain, user, event.item(), nowMs);
      }
    }
  }

  /** Returns the next new item; when the market has no more, a known one under another name. */
  CatalogItem newItem(long nowMs) {
    CatalogItem item = later.poll();
    if (item == null) {
      CatalogItem like = first.get((int) (nowMs % first.size()));
      return CatalogItem.of(
          domain, like.item() + "-" + nowMs, like.title(), like.brand(), like.categories());
    }
    clickableFromMs.put(item.item(), nowMs + PATIENCE_MS);
    return item;
  }

  /** Returns the probe click with a number; its user changes before a bound on users is met. */
  Interaction probe(int number, long nowMs) {
    String user = "probe-" + number / PROBES_A_USER;
    String item = first.get(number % first.size()).item();
    return Interaction.click("probe/" + number, domain, user, item, nowMs);
  }
}
