package dev.headwater.jobs.finetune;

import dev.headwater.events.json.Identifiers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.jspecify.annotations.Nullable;

/** What the owner's operator keeps in Flink's state, by domain and item. For the task's thread. */
final class OwnerState {
  private final StateKeys keys;
  private final Consumer<String> current;
  private final Function<String, List<String>> all;
  private final ValueState<byte[]> rows;
  private final ValueState<byte[]> ranker;
  private final ListState<byte[]> parked;
  private final boolean keepsObjects;
  private long changed;

  /**
   * Names of the states, and how they are reached.
   *
   * @param keys under which key an item's state stands
   * @param current makes a key the one that states are of
   * @param all returns the keys of a state by its name, in order
   * @param keepsObjects whether the backend keeps what it is given, and not bytes of it
   */
  OwnerState(
      StateKeys keys,
      Consumer<String> current,
      Function<String, List<String>> all,
      ValueState<byte[]> rows,
      ValueState<byte[]> ranker,
      ListState<byte[]> parked,
      boolean keepsObjects) {
    this.keys = keys;
    this.current = current;
    this.all = all;
    this.rows = rows;
    this.ranker = ranker;
    this.parked = parked;
    this.keepsObjects = keepsObjects;
  }

  StateKeys keys() {
    return keys;
  }

  /** Returns how many entries were written since the last call. */
  long takeChanged() {
    long result = changed;
    changed = 0;
    return result;
  }

  private List<String> keys(String state, String domain) {
    return all.apply(state).stream().filter(key -> keys.domain(key).equals(domain)).toList();
  }

  /** Returns the items of a domain that have a saved row. */
  List<String> items(String domain) {
    return keys(FineTuneOperator.ROWS, domain).stream().map(keys::item).toList();
  }

  private void at(String domain, String item) {
    current.accept(keys.of(domain, item));
  }

  /** Returns the bundle with which each domain's saved rows were learned, where any say. */
  Map<String, String> bundles() throws Exception {
    Map<String, String> found = new HashMap<>();
    for (String key : all.apply(FineTuneOperator.ROWS)) {
      String domain = keys.domain(key);
      byte[] bytes = found.containsKey(domain) ? null : row(domain, keys.item(key));
      if (bytes != null && !ClicksRead.isOne(bytes)) {
        found.put(domain, RowCodec.read(bytes).model());
      }
    }
    return found;
  }

  byte @Nullable [] row(String domain, String item) throws Exception {
    at(domain, item);
    return rows.value();
  }

  void saveRow(String domain, String item, byte[] bytes) throws Exception {
    at(domain, item);
    changed++;
    rows.update(bytes);
  }

  /**
   * Saves a row over the bytes of the one that stood there: new ones for each row of each
   * checkpoint live for as long as it takes them to become old, and are what a collection copies.
   * Flink hands out a copy of what a checkpoint is still reading. A backend on disk would have to
   * read it first, and keeps none of it.
   */
  void saveRow(String domain, String item, RowBytes bytes) throws Exception {
    at(domain, item);
    changed++;
    rows.update(bytes.over(keepsObjects ? rows.value() : null));
  }

  void clearRow(String domain, String item) {
    at(domain, item);
    changed++;
    rows.clear();
  }

  /** Clears a row of this shard that there is not: a change that changes nothing. */
  void clearNothing(Predicate<String> owns) {
    int number = 0;
    while (!owns.test("~" + number)) {
      number++;
    }
    current.accept("~" + number);
    rows.clear();
  }

  byte @Nullable [] ranker(String domain) throws Exception {
    at(domain, Identifiers.RANKER_ITEM);
    return ranker.value();
  }

  void saveRanker(String domain, byte[] bytes) throws Exception {
    at(domain, Identifiers.RANKER_ITEM);
    changed++;
    ranker.update(bytes);
  }

  /** Returns the keys under which examples of a domain wait. */
  List<String> parkedKeys(String domain) {
    return keys("parked", domain);
  }

  List<byte[]> parked(String key) throws Exception {
    current.accept(key);
    List<byte[]> found = new ArrayList<>();
    parked.get().forEach(found::add);
    return found;
  }

  void clearParked(String key) {
    current.accept(key);
    parked.clear();
  }

  void addParked(String key, byte[] bytes) throws Exception {
    current.accept(key);
    changed++;
    parked.add(bytes);
  }
}
