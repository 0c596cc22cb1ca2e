package dev.headwater.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a caller wants of an answer. Immutable: each method returns a new one.
 *
 * <pre>{@code Wish.of(20).category("shoes").categoryCap(3).explore(0.1)}</pre>
 */
public final class Wish {
  private final Map<String, List<String>> values;

  private Wish(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Returns the wish for so many items. */
  public static Wish of(int count) {
    return new Wish(Map.of("count", List.of(Integer.toString(count))));
  }

  private Wish with(String name, String value) {
    return with(name, List.of(value));
  }

  private Wish with(String name, List<String> list) {
    Map<String, List<String>> more = new TreeMap<>(values);
    more.put(name, List.copyOf(list));
    return new Wish(more);
  }

  private Wish and(String name, String value) {
    List<String> all = new ArrayList<>(values.getOrDefault(name, List.of()));
    all.add(value);
    return with(name, all);
  }

  /** Leaves an item out. */
  public Wish exclude(String item) {
    return and("exclude", item);
  }

  /** Wants items of this category, or of another one that is named. */
  public Wish category(String category) {
    return and("category", category);
  }

  /** Wants items of this brand, or of another one that is named. */
  public Wish brand(String brand) {
    return and("brand", brand);
  }

  /** Wants items with this attribute, and all others that are named. */
  public Wish attribute(String name, String value) {
    return and("attribute", name + ":" + value);
  }

  /** Lets items of the history in. */
  public Wish includeSeen() {
    return with("include_seen", "true");
  }

  /** Wants to know why each item is there. */
  public Wish explain() {
    return with("explain", "true");
  }

  /** Wants every row to be looked at, also where the index would not; for checks. */
  public Wish exact() {
    return with("exact", "true");
  }

  /** Wants at most so many items of one category. */
  public Wish categoryCap(int items) {
    return with("category_cap", Integer.toString(items));
  }

  /** Wants items unlike each other: 0 to 1. */
  public Wish diversity(double weight) {
    return with("diversity", Double.toString(weight));
  }

  /** Gives new items a share of the places: 0 to 0.5. */
  public Wish explore(double share) {
    return with("explore", Double.toString(share));
  }

  /** Makes draws the same again. */
  public Wish seed(long seed) {
    return with("seed", Long.toString(seed));
  }

  /** Wants a cursor for the next page. */
  public Wish paged() {
    return with("paged", "true");
  }

  /** Wants the page after the answer that gave this cursor. */
  public Wish after(String cursor) {
    return with("cursor", cursor);
  }

  Map<String, List<String>> values() {
    return values;
  }
}
