package dev.headwater.launcher.containers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.json.CatalogItem;
import java.util.List;
import java.util.UUID;

/**
 * Writes clicks and items as a platform does that has read the documentation: {@code KEY TAB JSON},
 * a line each. No visitor clicks an item twice and none clicks so often that a bound is met, so
 * that all but each visitor's first click must be learned, once. For one thread.
 */
final class Visitors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long STEP_MS = 1_000;

  private final String domain;
  private final List<String> items;
  private long nowMs;
  private long learnable;
  private String lastEvent = "";

  Visitors(String domain, List<String> items, long startMs) {
    this.domain = domain;
    this.items = List.copyOf(items);
    nowMs = startMs;
  }

  /** Returns a visit: clicks of one visitor on so many items in a row, beginning with one. */
  String visit(String user, int first, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(click(user, items.get((first + i) % items.size())));
    }
    learnable += count - 1L;
    return lines.toString();
  }

  /** Returns one more click of a visitor who was here before. */
  String again(String user, int item) {
    learnable++;
    return click(user, items.get(item % items.size()));
  }

  private String click(String user, String item) {
    nowMs += STEP_MS;
    lastEvent = UUID.randomUUID().toString();
    ObjectNode node = JSON.createObjectNode();
    node.put("event_id", lastEvent).put("domain", domain).put("user", user).put("item", item);
    node.put("type", "click").put("timestamp", nowMs);
    return domain + "/" + user + "\t" + node + "\n";
  }

  /** Returns an item's record. */
  static String item(CatalogItem item) {
    ObjectNode node = JSON.createObjectNode();
    node.put("domain", item.domain()).put("item", item.item()).put("title", item.title());
    node.put("brand", item.brand());
    item.categories().forEach(node.putArray("categories")::add);
    return item.domain() + "/" + item.item() + "\t" + node + "\n";
  }

  /** Returns the id of the newest click. */
  String lastEvent() {
    return lastEvent;
  }

  /** Returns how many of the clicks so far must be learned. */
  long learnable() {
    return learnable;
  }
}
