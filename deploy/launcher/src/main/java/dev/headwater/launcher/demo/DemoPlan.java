package dev.headwater.launcher.demo;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.platform.load.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What the demo publishes, and when: the catalog at the start, the first 80 % of the clicks, the
 * clicks to replay, and the items held back until the replay. Held back are all items first clicked
 * after the 80 % cut, and others up to 10 % of the catalog, whose clicks are left out altogether.
 *
 * @param domain the new domain
 * @param catalog items known from the start
 * @param history the first 80 % of the clicks
 * @param replay the clicks that follow, as many as the replay takes
 * @param newItems the items held back, in the order in which they are published
 * @param rest the clicks that the replay does not reach
 */
record DemoPlan(
    String domain,
    List<CatalogItem> catalog,
    List<Interaction> history,
    List<Interaction> replay,
    List<NewItem> newItems,
    List<Interaction> rest) {

  private static final double CUT = 0.8;
  private static final double HELD_BACK = 0.1;

  /**
   * An item held back.
   *
   * @param item the item
   * @param atFraction when it is published, as a fraction of the replay
   */
  record NewItem(CatalogItem item, double atFraction) {}

  static DemoPlan of(String domain, DomainData data, int replayEvents, long seed) {
    List<Interaction> timeline = Timeline.of(domain, data.events());
    int cut = (int) (timeline.size() * CUT);
    Set<String> known = new HashSet<>();
    timeline.subList(0, cut).forEach(event -> known.add(event.item()));
    Map<String, CatalogItem> items = new LinkedHashMap<>();
    for (Item item : data.items()) {
      items.put(
          item.id(),
          CatalogItem.of(domain, item.id(), item.title(), item.brand(), item.categories()));
    }
    Set<String> unknown = new HashSet<>(items.keySet());
    unknown.removeAll(known);
    Set<String> leftOut = leftOut(items, unknown, new Random(seed));

    List<Interaction> history = without(timeline.subList(0, cut), leftOut);
    List<Interaction> after = without(timeline.subList(cut, timeline.size()), leftOut);
    List<Interaction> replay = after.subList(0, Math.min(replayEvents, after.size()));
    unknown.addAll(leftOut);
    List<CatalogItem> catalog =
        items.values().stream().filter(item -> !unknown.contains(item.item())).toList();
    return new DemoPlan(
        domain,
        catalog,
        history,
        replay,
        newItems(items, unknown, replay, new Random(seed)),
        after.subList(replay.size(), after.size()));
  }

  private static Set<String> leftOut(
      Map<String, CatalogItem> items, Set<String> unknown, Random random) {
    int wanted = (int) (items.size() * HELD_BACK) - unknown.size();
    List<String> candidates =
        new ArrayList<>(items.keySet().stream().filter(item -> !unknown.contains(item)).toList());
    Collections.shuffle(candidates, random);
    return new HashSet<>(candidates.subList(0, Math.max(0, Math.min(wanted, candidates.size()))));
  }

  private static List<Interaction> without(List<Interaction> events, Set<String> items) {
    return events.stream().filter(event -> !items.contains(event.item())).toList();
  }

  /**
   * An item clicked in the replay is published a twentieth of the replay before its first click, as
   * a merchant would; the others are spread evenly. The last tenth is left free, so that each can
   * be seen.
   */
  private static List<NewItem> newItems(
      Map<String, CatalogItem> items,
      Set<String> unknown,
      List<Interaction> replay,
      Random random) {
    Map<String, Integer> firstClick = new LinkedHashMap<>();
    for (int i = 0; i < replay.size(); i++) {
      firstClick.putIfAbsent(replay.get(i).item(), i);
    }
    List<NewItem> result = new ArrayList<>();
    for (String id : unknown) {
      Integer click = firstClick.get(id);
      double at =
          click == null
              ? random.nextDouble() * 0.9
              : Math.min(0.9, Math.max(0, click / (double) replay.size() - 0.05));
      result.add(new NewItem(java.util.Objects.requireNonNull(items.get(id), id), at));
    }
    result.sort(
        java.util.Comparator.comparingDouble(NewItem::atFraction)
            .thenComparing(newItem -> newItem.item().item()));
    return result;
  }
}
