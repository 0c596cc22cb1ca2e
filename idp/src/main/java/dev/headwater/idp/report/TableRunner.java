package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fills a table cell by cell. What was evaluated before with the same configuration is taken as it
 * is, so a run that was cut off goes on. It knows no system. For one thread.
 */
public final class TableRunner implements Results {
  private final CellStore store;
  private final Work work;
  private final Map<Cell, String> failed = new LinkedHashMap<>();

  /** What makes a cell. */
  public interface Work {
    /** All that a cell's result depends on; what was kept with another configuration is stale. */
    Map<String, String> config(Cell cell);

    /** Evaluates a cell; minutes. */
    ObjectNode evaluate(Cell cell);
  }

  /** Hears of each cell. */
  public interface Listener {
    /**
     * A cell is there.
     *
     * @param result of the cell
     * @param done cells so far, this one among them
     * @param all cells of the table
     * @param fresh whether it was evaluated just now
     */
    void onCell(Cell cell, JsonNode result, int done, int all, boolean fresh);
  }

  /** Fills a store. */
  public TableRunner(CellStore store, Work work) {
    this.store = store;
    this.work = work;
  }

  /**
   * Evaluates what is missing, in this order. A cell that fails does not keep the others from being
   * evaluated, and is tried again by the next run.
   *
   * @return why cells are missing, by cell
   */
  public Map<Cell, String> run(List<Cell> cells, Listener listener) {
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      Filled filled;
      try {
        filled = fill(cell);
      } catch (RuntimeException e) {
        failed.put(cell, e.getMessage() == null ? e.toString() : e.getMessage());
        continue;
      }
      failed.remove(cell);
      listener.onCell(cell, filled.result(), i + 1, cells.size(), filled.fresh());
    }
    return Collections.unmodifiableMap(new LinkedHashMap<>(failed));
  }

  /** What is kept of the configuration that was asked for; nothing of a cell that failed. */
  @Override
  public Optional<JsonNode> get(Cell cell) {
    return failed.containsKey(cell) ? Optional.empty() : current(cell);
  }

  private record Filled(JsonNode result, boolean fresh) {}

  private Filled fill(Cell cell) {
    Optional<JsonNode> kept = current(cell);
    if (kept.isPresent()) {
      return new Filled(kept.get(), false);
    }
    ObjectNode made = work.evaluate(cell);
    store.put(cell, made);
    return new Filled(made, true);
  }

  private Optional<JsonNode> current(Cell cell) {
    return store.get(cell).filter(json -> isCurrent(json, work.config(cell)));
  }

  private static boolean isCurrent(JsonNode kept, Map<String, String> config) {
    return config.entrySet().stream()
        .allMatch(
            entry -> entry.getValue().equals(kept.path("config").path(entry.getKey()).asText()));
  }
}
