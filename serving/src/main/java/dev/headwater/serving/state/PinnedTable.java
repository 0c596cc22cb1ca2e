package dev.headwater.serving.state;

import dev.headwater.events.MergedRow;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one sealed version, beside the live table, which goes on following. Later rows do not
 * come in; whether an item exists is for the live table to say all the same: one that was deleted
 * or began another incarnation since is not shown. Where the store itself took learning back, items
 * that came since are shown by their cold rows: nothing was learned of those. Filled by one thread,
 * then handed to the rows' writer; reading is safe for concurrent use.
 */
public final class PinnedTable {
  private final ModelTable table;
  private final boolean withNewItems;

  /** Items whose rows were added before the first answer. */
  private final List<Integer> added = new ArrayList<>();

  /** Rows of items of which the live table does not know yet whether they exist. */
  private final Map<Integer, EmbeddingRow> unseen = new HashMap<>();

  /** Incarnation and revision of the cold rows by which items are shown that came since. */
  private final Map<Integer, Text> newItems = new HashMap<>();

  private record Text(long incarnation, long revision) {
    static Text of(EmbeddingRow row) {
      return new Text(row.getIncarnation(), row.getRevision());
    }
  }

  /**
   * Begins with an empty table.
   *
   * @param table empty; its own from now on
   * @param version what it will hold
   * @param withNewItems whether items that came since are shown, by their cold rows
   */
  public PinnedTable(ModelTable table, long version, boolean withNewItems) {
    this.table = table;
    this.withNewItems = withNewItems;
    table.version(version);
  }

  /** Returns the table, to be answered from. */
  public ModelTable table() {
    return table;
  }

  /** Tells whether it is what shall be served now. */
  public boolean is(AnnouncedState state) {
    return table.model().equals(state.modelVersion())
        && table.version() == state.announcedVersion()
        && withNewItems == state.isWithdrawn();
  }

  /** Adds a row of the version. Its lists are kept beside it: it may have to be shown again. */
  public void add(int code, EmbeddingRow row) {
    table.put(code, row);
    added.add(code);
  }

  /** Takes from the live table which items exist, before the first answer. */
  public void begin(ModelTable live) {
    added.forEach(code -> follow(code, live));
    added.clear();
    if (withNewItems) {
      live.eachCode(code -> follow(code, live));
    }
  }

  /** Takes in what became of an item. */
  public void follow(int code, ModelTable live) {
    MergedRow now = live.row(code).merged();
    LiveRow shown = newItems.containsKey(code) ? null : table.live(code);
    EmbeddingRow row = shown == null ? unseen.get(code) : shown.row();
    EmbeddingRow cold = now.cold();
    if (row == null) {
      followNew(code, cold, live);
    } else if (cold != null && cold.getIncarnation() == row.getIncarnation()) {
      show(code, shown, row);
    } else {
      table.drop(code);
      boolean waits = isOverBefore(now, row);
      keepUnseen(code, row, waits);
      if (!waits) {
        followNew(code, cold, live);
      }
    }
  }

  /** An item that is not of the version. */
  private void followNew(int code, @Nullable EmbeddingRow cold, ModelTable live) {
    if (!withNewItems) {
      return;
    }
    if (cold == null) {
      if (newItems.remove(code) != null) {
        table.drop(code);
      }
    } else if (!Text.of(cold).equals(newItems.put(code, Text.of(cold)))) {
      table.putCold(code, cold, live);
    }
  }

  /** What is known of the item, if anything, is over before the row's incarnation began. */
  private static boolean isOverBefore(MergedRow live, EmbeddingRow row) {
    EmbeddingRow cold = live.cold();
    return cold == null
        ? live.ended().incarnation() < row.getIncarnation()
        : cold.getIncarnation() < row.getIncarnation();
  }

  private void show(int code, @Nullable LiveRow shown, EmbeddingRow row) {
    if (shown == null) {
      unseen.remove(code);
      table.put(code, row);
    }
  }

  /**
   * A row of an incarnation that the node has not heard of waits; one of an incarnation that ended
   * goes.
   */
  private void keepUnseen(int code, EmbeddingRow row, boolean waits) {
    if (waits) {
      unseen.put(code, row);
    } else {
      unseen.remove(code);
    }
  }
}
