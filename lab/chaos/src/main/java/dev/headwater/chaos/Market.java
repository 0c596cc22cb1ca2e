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
 * the order of time. The next round's first users come while this one's last ones are still there,
 * so that the mix of new and known users, and with it how hard the next click is to guess, does not
 * jump. A user clicks an item at most once, so that no bound on users hides a lost click; an item
 * is clicked from two seconds after it was published on. For one thread, but for {@link #probe}.
 */
final class Market {
  private static final int PROBES_A_USER = 40;
  private static final long PATIENCE_MS = 2_000;

  private final String domain;
  private final List<CatalogItem> first;
  private final Deque<CatalogItem> later = new ArrayDeque<>();
  private final List<Turn> turns;
  private final Map<String, Long> clickableFromMs = new HashMap<>();
  private int position;
  private int round;

  /**
   * An event of every round.
   *
   * @param at seconds into the round
   * @param late how many rounds before its user began
   */
  private record Turn(long at, long late, Event event) {}

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
    turns = turns(onceEach(data.events()));
  }

  /** A round is as long as new users come; whoever is still there goes on in the next. */
  private static List<Turn> turns(List<Event> events) {
    Map<String, Long> came = new HashMap<>();
    events.forEach(event -> came.putIfAbsent(event.user(), event.timestamp()));
    long from = events.get(0).timestamp();
    long round = came.values().stream().mapToLong(Long::longValue).max().orElse(from) - from + 1;
    return events.stream()
        .map(event -> new Turn(event.timestamp() - from, 0, event))
        .map(turn -> new Turn(turn.at() % round, turn.at() / round, turn.event()))
        .sorted(Comparator.comparingLong(Turn::at))
        .toList();
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
      if (position == turns.size()) {
        position = 0;
        round++;
      }
      Turn turn = turns.get(position++);
      Event event = turn.event();
      Long from = clickableFromMs.get(event.item());
      if (turn.late() <= round && from != null && from <= nowMs) {
        String user = event.user() + "-" + (round - turn.late());
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
